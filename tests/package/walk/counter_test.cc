// Two threads add once each.
// SPDX-License-Identifier: Apache-2.0
#include "counter.h"

#include <gtest/gtest.h>

#include <thread>

template <class Counter>
int count_with_two_threads() {
  Counter counter;
  std::thread a([&] { counter.add(); });
  std::thread b([&] { counter.add(); });
  a.join();
  b.join();
  return counter.value();
}

TEST(Counter, CarefulCountsBoth) { EXPECT_EQ(count_with_two_threads<CarefulCounter>(), 2); }
TEST(Counter, CarelessCountsBoth) { EXPECT_EQ(count_with_two_threads<CarelessCounter>(), 2); }
TEST(Counter, StartsAtZero) { EXPECT_EQ(CarefulCounter().value(), 0); }
