// A GoogleTest suite with a bad test among good ones, and one that looks at its temporary folder.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <thread>

TEST(Suite, Alone) { EXPECT_EQ(1 + 1, 2); }

TEST(Suite, Good) {
  std::atomic<int> sum{0};
  std::thread other([&] { sum++; });
  sum++;
  other.join();
  EXPECT_EQ(sum.load(), 2);
}

TEST(Suite, Bad) {
  std::atomic<int> sum{0};
  std::thread other([&] { sum.store(sum.load() + 1); });
  sum.store(sum.load() + 1);
  other.join();
  EXPECT_EQ(sum.load(), 2);
}

class Sizes : public testing::TestWithParam<int> {};
TEST_P(Sizes, Fit) { EXPECT_LT(GetParam(), 3); }
INSTANTIATE_TEST_SUITE_P(Few, Sizes, testing::Values(1, 2));
