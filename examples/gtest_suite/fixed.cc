// Tests of a queue that hold under every schedule.
// SPDX-License-Identifier: Apache-2.0
#include "queue.h"

#include <gtest/gtest.h>

#include <optional>
#include <thread>

namespace {

TEST(Queue, IsEmptyAtFirst) {
  Queue queue;
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.try_pop(), std::nullopt);
}

TEST(Queue, HandsOverAValue) {
  Queue queue;
  std::thread producer([&] { queue.push(1); });
  EXPECT_EQ(queue.pop(), 1);
  producer.join();
}

TEST(Queue, CloseWakesAConsumer) {
  Queue queue;
  std::thread consumer([&] { EXPECT_EQ(queue.pop(), std::nullopt); });
  queue.close();
  consumer.join();
}

TEST(Queue, TwoConsumersShareOneValue) {
  Queue queue;
  queue.push(1);
  std::optional<int> first, second;
  std::thread other([&] { first = queue.try_pop(); });
  second = queue.try_pop();
  other.join();
  EXPECT_NE(first.has_value(), second.has_value());
  EXPECT_TRUE(queue.empty());
}

}  // namespace
