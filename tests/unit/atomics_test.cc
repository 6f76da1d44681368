// What atomic operations order, and the races that remain, apart from the scheduler.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "atomics_alone.h"
#include "runtime/clock.cc"

namespace interleave::runtime {
namespace {

class UnderControl : public testing::Test {
 protected:
  UnderControl() {
    alone::begin(4);
    run(1);
  }
  ~UnderControl() override { controlled = false; }

  static void run(ThreadId t) { alone::run(t); }
  // Is everything that thread 1 did so far known to thread t?
  static void publish() { published_ = execution.clocks.epoch(1); }
  static bool knows(ThreadId t) { return execution.clocks.happens_before(published_, t); }
  void store(Order order, int value = 1) { atomics::store(&flag_, value, order, 0); }
  int load(Order order) { return atomics::load(&flag_, order, 0); }

  int flag_ = 0;
  static inline detect::Epoch published_;
};

TEST_F(UnderControl, AcquireLoad_SeesWhatAReleaseStorePublished) {
  publish();
  store(Order::release);
  run(2);
  EXPECT_EQ(load(Order::acquire), 1);
  EXPECT_TRUE(knows(2));
}

TEST_F(UnderControl, RelaxedStoreOrLoad_OrdersNothing) {
  publish();
  store(Order::relaxed);
  run(2);
  load(Order::acquire);
  EXPECT_FALSE(knows(2));
  run(1);
  store(Order::release);
  run(3);
  load(Order::relaxed);
  EXPECT_FALSE(knows(3));
}

TEST_F(UnderControl, Fences_OrderRelaxedAccesses) {
  publish();
  atomics::fence(Order::release, 0);
  store(Order::relaxed);
  run(2);
  load(Order::relaxed);
  EXPECT_FALSE(knows(2));
  atomics::fence(Order::acquire, 0);
  EXPECT_TRUE(knows(2));
}

TEST_F(UnderControl, ReleaseSequence_GoesOn_ThroughARelaxedReadModifyWriteOfAnotherThread) {
  publish();
  store(Order::release);
  run(2);
  atomics::fetch<native::Add>(&flag_, 1, Order::relaxed, 0);
  EXPECT_FALSE(knows(2));
  run(3);
  EXPECT_EQ(load(Order::acquire), 2);
  EXPECT_TRUE(knows(3));
}

TEST_F(UnderControl, ReleaseSequence_Ends_WithARelaxedStoreOfTheSameThread) {
  publish();
  store(Order::release);
  store(Order::relaxed, 2);
  run(2);
  load(Order::acquire);
  EXPECT_FALSE(knows(2));
}

TEST_F(UnderControl, FailedCompareExchange_IsALoadWithTheFailureOrder) {
  publish();
  store(Order::release, 5);
  int expected = 0;
  run(2);
  EXPECT_FALSE(
      atomics::compare_exchange(&flag_, &expected, 7, Order::seq_cst, Order::relaxed, false, 0));
  EXPECT_EQ(expected, 5);
  EXPECT_EQ(flag_, 5);
  EXPECT_FALSE(knows(2));
  expected = 0;
  EXPECT_FALSE(
      atomics::compare_exchange(&flag_, &expected, 7, Order::relaxed, Order::acquire, false, 0));
  EXPECT_TRUE(knows(2));
}

TEST_F(UnderControl, WeakCompareExchange_FailsByChoice_AndAStrongOneNever) {
  alone::answer_yes = true;
  int expected = 0;
  EXPECT_FALSE(
      atomics::compare_exchange(&flag_, &expected, 7, Order::seq_cst, Order::seq_cst, true, 0));
  EXPECT_EQ(expected, 0);
  EXPECT_EQ(flag_, 0);
  EXPECT_TRUE(
      atomics::compare_exchange(&flag_, &expected, 7, Order::seq_cst, Order::seq_cst, false, 0));
  EXPECT_EQ(flag_, 7);
}

TEST_F(UnderControl, OperationThatLeavesTheValue_CountsAsARead) {
  atomics::fetch<native::Exchange>(&flag_, 1, Order::acquire, 0);
  EXPECT_EQ(alone::changes, 1u);
  atomics::fetch<native::Exchange>(&flag_, 1, Order::acquire, 0);
  store(Order::release);
  EXPECT_EQ(alone::changes, 1u);
  EXPECT_EQ(alone::reads_seen, 2u);
}

TEST_F(UnderControl, AtomicAccess_RacesWithAPlainOne_AndNotWithAnAtomicOne) {
  store(Order::relaxed);
  run(2);
  store(Order::relaxed);
  EXPECT_EQ(alone::conflicts, 0);
  detect::Conflict conflict;
  run(3);
  EXPECT_TRUE(execution.races.write(3, reinterpret_cast<std::uint64_t>(&flag_), sizeof flag_, 0,
                                    &conflict));
}

TEST_F(UnderControl, AcquiringAccess_IsOrderedAfterThePlainInitialisation_WhenItReadsTheRelease) {
  detect::Conflict conflict;
  execution.races.write(1, reinterpret_cast<std::uint64_t>(&flag_), sizeof flag_, 0, &conflict);
  store(Order::release);
  run(2);
  atomics::fetch<native::Add>(&flag_, 1, Order::acquire, 0);
  EXPECT_EQ(alone::conflicts, 0);
  run(3);
  load(Order::relaxed);
  EXPECT_EQ(alone::conflicts, 1);
}

// What the oldest store is that a relaxed load of thread t may read; `offered` counts the stores.
int oldest(const int *at, ThreadId t, std::uint32_t *offered) {
  *offered = 1;
  alone::answer = [offered](model::ChoiceKind kind, const std::uint32_t *values,
                            std::uint32_t count) {
    EXPECT_EQ(kind, model::ChoiceKind::store);
    EXPECT_EQ(values[0], 0u);
    *offered = count;
    return values[count - 1];
  };
  alone::run(t);
  const int value = atomics::load(at, Order::relaxed, 0);
  alone::answer = nullptr;
  return value;
}

TEST_F(UnderControl, RelaxedLoad_MayReadAnyStoreThatNothingOrders) {
  std::uint32_t offered;
  for (int value : {1, 2, 3}) store(Order::relaxed, value);
  EXPECT_EQ(oldest(&flag_, 2, &offered), 0);
  EXPECT_EQ(offered, 4u);
  EXPECT_EQ(oldest(&flag_, 1, &offered), 3);
  EXPECT_EQ(offered, 1u);
}

TEST_F(UnderControl, RelaxedLoad_ReadsTheLastStore_UnderTheModelSc) {
  execution.memory_model = campaign::MemoryModel::sc;
  std::uint32_t offered;
  for (int value : {1, 2, 3}) store(Order::relaxed, value);
  EXPECT_EQ(oldest(&flag_, 2, &offered), 3);
  EXPECT_EQ(offered, 1u);
  execution.memory_model = campaign::MemoryModel::cxx;
}

TEST_F(UnderControl, Location_StartsAnew_WhenItsMemoryWasWrittenOtherwise) {
  std::uint32_t offered;
  store(Order::relaxed, 1);
  flag_ = 7;
  EXPECT_EQ(oldest(&flag_, 2, &offered), 7);
  EXPECT_EQ(offered, 1u);
}

TEST_F(UnderControl, Location_StartsAnew_WhenTheSizeOfTheAccessesChanges) {
  std::uint32_t offered;
  store(Order::relaxed, 1);
  run(1);
  atomics::store(reinterpret_cast<std::uint8_t *>(&flag_), std::uint8_t{5}, Order::relaxed, 0);
  EXPECT_EQ(oldest(&flag_, 2, &offered), 5);
  EXPECT_EQ(offered, 1u);
}

TEST_F(UnderControl, Location_KeepsTheNewestStores_WhenAThreadHearsOfNone) {
  std::uint32_t offered;
  for (int value = 1; value <= 1000; value++) store(Order::relaxed, value);
  const int first = oldest(&flag_, 2, &offered);
  EXPECT_EQ(first, 1001 - static_cast<int>(offered));
  EXPECT_LE(offered, objects::ModificationOrder::kMostStores);
  EXPECT_GE(offered, objects::ModificationOrder::kMostStores / 2);
}

TEST_F(UnderControl, Location_ForgetsWhatNobodyCanRead) {
  for (ThreadId t : {ThreadId{0}, ThreadId{3}}) execution.threads[t].ended = true;
  for (int value = 1; value <= 1000; value++) {
    run(1);
    atomics::store(&flag_, value, Order::release, 0);
    run(2);
    EXPECT_EQ(load(Order::acquire), value);
  }
  const auto *location =
      execution.objects.find(reinterpret_cast<std::uint64_t>(&flag_), ObjectKind::atomic);
  EXPECT_LE(location->stores.count(), 8u);
}

TEST_F(UnderControl, StaleRead_IsNoSignOfALivelock) {
  store(Order::relaxed, 1);
  execution.visible = 50;
  execution.last_change = 10;
  std::uint32_t offered;
  oldest(&flag_, 2, &offered);
  EXPECT_EQ(execution.last_change, 50u);
  execution.visible = 60;
  run(2);
  load(Order::relaxed);
  EXPECT_EQ(execution.last_change, 50u);
}

TEST_F(UnderControl, EverySize_GivesNativeResults) {
  auto check = [](auto zero) {
    using T = decltype(zero);
    alignas(16) T at = 5;
    EXPECT_TRUE(atomics::fetch<native::Add>(&at, T{3}, Order::seq_cst, 0) == 5 && at == 8);
    EXPECT_TRUE(atomics::fetch<native::Sub>(&at, T{1}, Order::seq_cst, 0) == 8 && at == 7);
    EXPECT_TRUE(atomics::fetch<native::And>(&at, T{6}, Order::seq_cst, 0) == 7 && at == 6);
    EXPECT_TRUE(atomics::fetch<native::Or>(&at, T{1}, Order::seq_cst, 0) == 6 && at == 7);
    EXPECT_TRUE(atomics::fetch<native::Xor>(&at, T{2}, Order::seq_cst, 0) == 7 && at == 5);
    EXPECT_TRUE(atomics::fetch<native::Nand>(&at, T{1}, Order::seq_cst, 0) == 5 &&
                at == static_cast<T>(~T{1}));
    EXPECT_TRUE(atomics::fetch<native::Exchange>(&at, T{9}, Order::seq_cst, 0) ==
                static_cast<T>(~T{1}));
    T expected = 9;
    EXPECT_TRUE(
        atomics::compare_exchange(&at, &expected, T{4}, Order::seq_cst, Order::seq_cst, false, 0));
    atomics::store(&at, T{2}, Order::seq_cst, 0);
    EXPECT_TRUE(atomics::load(&at, Order::seq_cst, 0) == 2);
  };
  for (bool under_control : {true, false}) {
    controlled = under_control;
    check(std::uint8_t{});
    check(std::uint16_t{});
    check(std::uint32_t{});
    check(std::uint64_t{});
    check(native::u128{});
  }
}

TEST_F(UnderControl, Clock_GrowsWithEachReadingOfAThread_AndDependsOnNoOther) {
  const std::int64_t first = read_clock(CLOCK_MONOTONIC), second = read_clock(CLOCK_MONOTONIC);
  EXPECT_EQ(second - first, 1000);
  run(2);
  EXPECT_EQ(read_clock(CLOCK_MONOTONIC), first);
}

TEST_F(UnderControl, Deadline_HasPassed_WhenTheThreadsOwnTimeHas) {
  const std::int64_t now = read_clock(CLOCK_REALTIME);
  const timespec past{now / kNsPerSecond, now % kNsPerSecond};
  const std::uint64_t deadline = virtual_deadline(past, CLOCK_REALTIME);
  EXPECT_NE(deadline, 0u);
  EXPECT_LE(deadline, execution.now_ns);
  const timespec later{past.tv_sec + 5, past.tv_nsec};
  EXPECT_GT(virtual_deadline(later, CLOCK_REALTIME), execution.now_ns);
  EXPECT_GT(virtual_deadline({INT64_MAX, 0}, CLOCK_MONOTONIC), execution.now_ns);
}

}  // namespace
}  // namespace interleave::runtime
