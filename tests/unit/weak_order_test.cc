// Which two operations would have ordered a race's accesses: thread 1 writes (event 0) and publishes, thread 2 looks and accesses.
// SPDX-License-Identifier: Apache-2.0
#include "driver/weak_order.h"

#include <gtest/gtest.h>

#include <vector>

namespace interleave::driver {
namespace {

using model::Op;
using model::Order;

class WeakOrderTest : public testing::Test {
 protected:
  // The reference holds until the next one is added.
  campaign::Event &add(model::ThreadId thread, Op op, Order order, std::uint64_t value = 0, std::uint64_t operand = 0) {
    campaign::Event &e = events_.emplace_back();
    e.thread = thread;
    e.op = op;
    e.order = order;
    e.value = value;
    e.operand = operand;
    e.address = op == Op::memory_write ? 0x2000 : 0x1000;
    return e;
  }
  void write_data() { add(1, Op::memory_write, Order::relaxed); }
  std::optional<WeakOrder> find() { return find_weak_order(events_, 1, 0, 2, static_cast<std::uint32_t>(events_.size())); }

  std::vector<campaign::Event> events_;
};

TEST_F(WeakOrderTest, RelaxedStore) {
  write_data();
  add(1, Op::atomic_store, Order::relaxed, 0, 1);
  add(2, Op::atomic_load, Order::acquire, 1);
  const auto weak = find();
  ASSERT_TRUE(weak);
  EXPECT_EQ(weak->store, 1u);
  EXPECT_EQ(weak->load, 2u);
  EXPECT_TRUE(weak->is_store_weak);
  EXPECT_FALSE(weak->is_load_weak);
}

TEST_F(WeakOrderTest, RelaxedLoadAndBoth) {
  write_data();
  add(1, Op::atomic_store, Order::release, 0, 1);
  campaign::Event &load = add(2, Op::atomic_load, Order::relaxed, 1);
  EXPECT_FALSE(find()->is_store_weak);
  EXPECT_TRUE(find()->is_load_weak);
  events_[1].order = Order::acquire;   // on a store, as good as relaxed
  EXPECT_TRUE(find()->is_store_weak && find()->is_load_weak);
  load.order = Order::seq_cst;
  events_[1].order = Order::seq_cst;
  EXPECT_FALSE(find());                           // nothing is weak: this does not explain a race
}

TEST_F(WeakOrderTest, FencesMakeRelaxedOnesStrong) {
  write_data();
  add(1, Op::atomic_fence, Order::release);
  add(1, Op::atomic_store, Order::relaxed, 0, 1);
  add(2, Op::atomic_load, Order::relaxed, 1);
  EXPECT_FALSE(find()->is_store_weak);
  EXPECT_TRUE(find()->is_load_weak);
  add(2, Op::atomic_fence, Order::acquire);
  EXPECT_FALSE(find());
}

TEST_F(WeakOrderTest, OnlyWhatWasWrittenAfterTheAccessAndRead) {
  add(1, Op::atomic_store, Order::relaxed, 0, 1);
  add(1, Op::memory_write, Order::relaxed);
  add(2, Op::atomic_load, Order::acquire, 1);
  EXPECT_FALSE(find_weak_order(events_, 1, 1, 2, 3));   // published before the access
  add(1, Op::atomic_store, Order::relaxed, 0, 2);
  add(2, Op::atomic_load, Order::acquire, 7);              // nobody knows of a 7
  EXPECT_FALSE(find_weak_order(events_, 1, 1, 2, 5));
}

TEST_F(WeakOrderTest, ThroughUpdatesOfOthersAndToStaleStores) {
  write_data();
  add(1, Op::atomic_store, Order::relaxed, 0, 1);
  add(3, Op::atomic_rmw, Order::acq_rel, 1, 2);
  campaign::Event &load = add(2, Op::atomic_load, Order::acquire, 2);
  ASSERT_TRUE(find());
  EXPECT_EQ(find()->store, 1u);
  load.flags = campaign::kStale;
  load.source = 1;
  load.value = 1;
  EXPECT_EQ(find()->store, 1u);
  load.source = UINT32_MAX;                       // the initial value
  EXPECT_FALSE(find());
  load.flags = 0;
  load.value = 2;
  events_[2].op = Op::atomic_store;     // a store ends the release sequence
  EXPECT_FALSE(find());
}

TEST_F(WeakOrderTest, ReleaseSequenceOfTheThreadsOwn) {
  write_data();
  add(1, Op::atomic_store, Order::release, 0, 1);
  add(1, Op::atomic_rmw, Order::relaxed, 1, 2);
  add(2, Op::atomic_load, Order::relaxed, 2);
  ASSERT_TRUE(find());
  EXPECT_FALSE(find()->is_store_weak);
  EXPECT_TRUE(find()->is_load_weak);
}

TEST_F(WeakOrderTest, AStorePutBeforeNewerOnesIsNotTheNewest) {
  write_data();
  add(1, Op::atomic_store, Order::relaxed, 0, 1);
  add(3, Op::atomic_store, Order::relaxed, 0, 7).flags = campaign::kStale;
  add(2, Op::atomic_load, Order::acquire, 1);
  ASSERT_TRUE(find());
  EXPECT_EQ(find()->store, 1u);
}

}  // namespace
}  // namespace interleave::driver
