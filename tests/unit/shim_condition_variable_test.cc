// The shim's condition variables against their std twins: interface, layout and behaviour.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <shared_mutex>
#include <stop_token>
#include <system_error>
#include <thread>
#include <type_traits>
#include <utility>

#include "interleave/condition_variable.h"
#include "interleave/mutex.h"
#include "interleave/shared_mutex.h"

namespace {

using namespace std::chrono_literals;

struct Shape {
  std::size_t size, alignment;
  bool nothrow_default, nothrow_destroy, copies;
  bool nothrow_notify_one, nothrow_notify_all, nothrow_wait;
  bool operator==(const Shape &) const = default;
};

template <class C, class Lock>
constexpr Shape shape_of = {
    sizeof(C),
    alignof(C),
    std::is_nothrow_default_constructible_v<C>,
    std::is_nothrow_destructible_v<C>,
    std::is_copy_constructible_v<C> || std::is_move_constructible_v<C> ||
        std::is_copy_assignable_v<C> || std::is_move_assignable_v<C>,
    noexcept(std::declval<C &>().notify_one()),
    noexcept(std::declval<C &>().notify_all()),
    noexcept(std::declval<C &>().wait(std::declval<Lock &>())),
};

using ShimLock = std::unique_lock<interleave::mutex>;
using StdLock = std::unique_lock<std::mutex>;
static_assert(shape_of<interleave::condition_variable, ShimLock> ==
              shape_of<std::condition_variable, StdLock>);
static_assert(shape_of<interleave::condition_variable_any, ShimLock> ==
              shape_of<std::condition_variable_any, StdLock>);
static_assert(std::is_same_v<interleave::condition_variable::native_handle_type,
                             std::condition_variable::native_handle_type>);
// Only its own lock: a std one is a type error, as a shim one is for std.
static_assert(!std::is_invocable_v<decltype([](auto &c, auto &l) -> decltype(c.wait(l)) {}),
                                   interleave::condition_variable &, StdLock &>);

struct OtherClock {
  using duration = std::chrono::milliseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<OtherClock>;
  static constexpr bool is_steady = true;
  static time_point now() {
    return time_point(std::chrono::duration_cast<duration>(
        std::chrono::steady_clock::now().time_since_epoch() + 1h));
  }
};

template <class C>
class ShimCondition : public testing::Test {
 protected:
  interleave::mutex mutex;
  C condition;
  bool flag = false;

  void set_flag() {
    std::lock_guard guard(mutex);
    flag = true;
  }
};
using Conditions =
    testing::Types<interleave::condition_variable, interleave::condition_variable_any>;
TYPED_TEST_SUITE(ShimCondition, Conditions);

TYPED_TEST(ShimCondition, Wakes_WhenNotified) {
  std::thread other([&] {
    this->set_flag();
    this->condition.notify_one();
  });
  std::unique_lock lock(this->mutex);
  this->condition.wait(lock, [&] { return this->flag; });
  EXPECT_TRUE(lock.owns_lock());
  lock.unlock();
  other.join();
}

TYPED_TEST(ShimCondition, WakesEveryone_WhenAllAreNotified) {
  int awake = 0;
  auto body = [&] {
    std::unique_lock lock(this->mutex);
    while (!this->flag) this->condition.wait(lock);
    awake++;
  };
  std::thread one(body), two(body), three(body);
  this->set_flag();
  this->condition.notify_all();
  one.join();
  two.join();
  three.join();
  EXPECT_EQ(awake, 3);
}

TYPED_TEST(ShimCondition, TimesOut_WhenNobodyNotifies) {
  std::unique_lock lock(this->mutex);
  const auto never = [] { return false; };
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_FALSE(this->condition.wait_for(lock, 2ms, never));
  EXPECT_FALSE(this->condition.wait_for(lock, std::chrono::duration<double>(0.002), never));
  EXPECT_FALSE(this->condition.wait_until(lock, std::chrono::steady_clock::now() + 2ms, never));
  EXPECT_FALSE(this->condition.wait_until(lock, std::chrono::system_clock::now() + 2ms, never));
  EXPECT_FALSE(this->condition.wait_until(lock, OtherClock::now() + 2ms, never));
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 9ms);
  EXPECT_EQ(this->condition.wait_until(lock, std::chrono::steady_clock::now() - 1h),
            interleave::cv_status::timeout);
  EXPECT_EQ(this->condition.wait_until(lock, std::chrono::system_clock::time_point() - 1h),
            std::cv_status::timeout);
  EXPECT_EQ(this->condition.wait_until(lock, OtherClock::now() - 1h), std::cv_status::timeout);
  EXPECT_EQ(this->condition.wait_for(lock, 0s), std::cv_status::timeout);
  EXPECT_TRUE(lock.owns_lock());
}

TYPED_TEST(ShimCondition, ReturnsTrueAtOnce_WhenPredicateHolds) {
  std::unique_lock lock(this->mutex);
  const auto always = [] { return true; };
  EXPECT_TRUE(this->condition.wait_for(lock, 1h, always));
  EXPECT_TRUE(this->condition.wait_until(lock, OtherClock::now() + 1h, always));
}

TYPED_TEST(ShimCondition, WakesBeforeDeadline_WhenNotified) {
  std::thread other([&] {
    this->set_flag();
    this->condition.notify_one();
  });
  std::unique_lock lock(this->mutex);
  const auto done = [&] { return this->flag; };
  EXPECT_TRUE(this->condition.wait_until(lock, std::chrono::system_clock::now() + 1h, done));
  lock.unlock();
  other.join();
}

TEST(ShimConditionAny, WaitsWithAnyLock) {
  interleave::shared_mutex mutex;
  interleave::condition_variable_any condition;
  bool flag = false;
  std::thread other([&] {
    std::unique_lock lock(mutex);
    flag = true;
    condition.notify_all();
  });
  std::shared_lock lock(mutex);
  condition.wait(lock, [&] { return flag; });
  EXPECT_TRUE(lock.owns_lock());
  lock.unlock();
  other.join();
}

TEST(ShimConditionAny, LeavesByException_WhenUnlockThrows) {
  interleave::mutex mutex;
  interleave::condition_variable_any condition;
  std::unique_lock lock(mutex, std::defer_lock);
  EXPECT_THROW(condition.wait(lock), std::system_error);
  condition.notify_one();
  lock.lock();
  EXPECT_EQ(condition.wait_for(lock, 1ms), std::cv_status::timeout);
}

TEST(ShimConditionAny, ReturnsPredicate_WhenStopWasRequestedBefore) {
  interleave::mutex mutex;
  interleave::condition_variable_any condition;
  std::stop_source source;
  source.request_stop();
  std::unique_lock lock(mutex);
  EXPECT_FALSE(condition.wait(lock, source.get_token(), [] { return false; }));
  EXPECT_TRUE(condition.wait(lock, source.get_token(), [] { return true; }));
  EXPECT_FALSE(condition.wait_for(lock, source.get_token(), 1h, [] { return false; }));
}

TEST(ShimConditionAny, Wakes_WhenStopIsRequested) {
  interleave::mutex mutex;
  interleave::condition_variable_any condition;
  std::stop_source source;
  std::thread other([&] { source.request_stop(); });
  std::unique_lock lock(mutex);
  EXPECT_FALSE(condition.wait(lock, source.get_token(), [] { return false; }));
  EXPECT_TRUE(lock.owns_lock());
  lock.unlock();
  other.join();
}

TEST(ShimConditionAny, TimesOut_WhenStopNeverComes) {
  interleave::mutex mutex;
  interleave::condition_variable_any condition;
  std::stop_source source;
  std::unique_lock lock(mutex);
  const auto never = [] { return false; };
  EXPECT_FALSE(condition.wait_for(lock, source.get_token(), 2ms, never));
  EXPECT_FALSE(condition.wait_until(lock, source.get_token(),
                                    std::chrono::system_clock::now() + 2ms, never));
  EXPECT_FALSE(condition.wait_until(lock, source.get_token(), OtherClock::now() + 2ms, never));
}

TEST(ShimThreadExit, NotifiesAndUnlocks_WhenThreadEnds) {
  interleave::mutex mutex;
  interleave::condition_variable condition;
  bool done = false;
  std::thread other([&] {
    std::unique_lock lock(mutex);
    done = true;
    notify_all_at_thread_exit(condition, std::move(lock));
  });
  {
    std::unique_lock lock(mutex);
    condition.wait(lock, [&] { return done; });
  }
  other.join();
  EXPECT_TRUE(mutex.try_lock());
  mutex.unlock();
}

}  // namespace
