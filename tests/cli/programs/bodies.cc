// GoogleTest cases with explore() bodies: two in one test, expectations in a body and after it.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include <interleave/test.h>

namespace {

void add_twice(int expected) {
  std::atomic<int> sum{0};
  std::thread other([&] { sum.store(sum.load() + 1); });
  sum.store(sum.load() + 1);
  other.join();
  EXPECT_LE(sum.load(), expected);
}

}  // namespace

TEST(Bodies, OneAfterTheOther) {
  EXPECT_TRUE(interleave::explore([] { add_twice(2); }));
  EXPECT_TRUE(interleave::explore([] { add_twice(1); }));
}

TEST(Bodies, Expectation) {
  EXPECT_TRUE(interleave::explore([] { add_twice(1); }));
}

TEST(Bodies, AndMore) {
  EXPECT_TRUE(interleave::explore([] { add_twice(2); }));
  EXPECT_EQ(1, 2);
}
