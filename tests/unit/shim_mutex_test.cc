// The shim's mutexes against their std twins: interface, layout, and what they do without control.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <chrono>
#include <ctime>
#include <mutex>
#include <shared_mutex>
#include <system_error>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "interleave/mutex.h"
#include "interleave/shared_mutex.h"

namespace {

using namespace std::chrono_literals;

// ---- the same shape as std ----------------------------------------------------------------

// What a lockable type promises at compile time; two types are alike when all of it is equal.
struct Shape {
  std::size_t size, alignment;
  bool nothrow_default, nothrow_destroy, copies, standard_layout;
  bool nothrow_lock, nothrow_try_lock, nothrow_unlock, try_is_bool;
  bool operator==(const Shape &) const = default;
};

template <class M>
constexpr Shape shape_of = {
    sizeof(M),
    alignof(M),
    std::is_nothrow_default_constructible_v<M>,
    std::is_nothrow_destructible_v<M>,
    std::is_copy_constructible_v<M> || std::is_move_constructible_v<M> ||
        std::is_copy_assignable_v<M> || std::is_move_assignable_v<M>,
    std::is_standard_layout_v<M>,
    noexcept(std::declval<M &>().lock()),
    noexcept(std::declval<M &>().try_lock()),
    noexcept(std::declval<M &>().unlock()),
    std::is_same_v<decltype(std::declval<M &>().try_lock()), bool>,
};

static_assert(shape_of<interleave::mutex> == shape_of<std::mutex>);
static_assert(shape_of<interleave::recursive_mutex> == shape_of<std::recursive_mutex>);
static_assert(shape_of<interleave::timed_mutex> == shape_of<std::timed_mutex>);
static_assert(shape_of<interleave::recursive_timed_mutex> == shape_of<std::recursive_timed_mutex>);
static_assert(shape_of<interleave::shared_mutex> == shape_of<std::shared_mutex>);
static_assert(shape_of<interleave::shared_timed_mutex> == shape_of<std::shared_timed_mutex>);

template <class Shim, class Std>
constexpr bool same_handle =
    std::is_same_v<typename Shim::native_handle_type, typename Std::native_handle_type> &&
    noexcept(std::declval<Shim &>().native_handle()) ==
        noexcept(std::declval<Std &>().native_handle());
static_assert(same_handle<interleave::mutex, std::mutex>);
static_assert(same_handle<interleave::recursive_mutex, std::recursive_mutex>);
static_assert(same_handle<interleave::timed_mutex, std::timed_mutex>);
static_assert(same_handle<interleave::recursive_timed_mutex, std::recursive_timed_mutex>);
static_assert(same_handle<interleave::shared_mutex, std::shared_mutex>);

// The documented difference: a destructor that tells. In C++20 the types are literal all the same.
static_assert(!std::is_trivially_destructible_v<interleave::mutex>);
constexpr bool is_usable_in_constant_expressions() {
  interleave::mutex mutex;
  interleave::recursive_timed_mutex recursive;
  interleave::shared_mutex shared;
  static_cast<void>(mutex);
  static_cast<void>(recursive);
  static_cast<void>(shared);
  return true;
}
static_assert(is_usable_in_constant_expressions());

constinit interleave::mutex global_mutex;
constinit interleave::recursive_mutex global_recursive_mutex;
constinit interleave::timed_mutex global_timed_mutex;
constinit interleave::recursive_timed_mutex global_recursive_timed_mutex;
constinit interleave::shared_mutex global_shared_mutex;
constinit interleave::shared_timed_mutex global_shared_timed_mutex;

// A class with a constexpr constructor and a mutex, as users have them at namespace scope.
struct Guarded {
  constexpr explicit Guarded(int v) : value(v) {}
  interleave::mutex mutex;
  int value;
};
constinit Guarded global_guarded(7);

// ---- what every mutex does -----------------------------------------------------------------

template <class M>
bool another_thread_can_lock(M &mutex) {
  bool locked = false;
  std::thread([&] {
    locked = mutex.try_lock();
    if (locked) mutex.unlock();
  }).join();
  return locked;
}

template <class M>
class ShimMutex : public testing::Test {};
using AllMutexes = testing::Types<interleave::mutex, interleave::recursive_mutex,
                                  interleave::timed_mutex, interleave::recursive_timed_mutex,
                                  interleave::shared_mutex, interleave::shared_timed_mutex>;
TYPED_TEST_SUITE(ShimMutex, AllMutexes);

TYPED_TEST(ShimMutex, ExcludesOthers_WhileLocked) {
  TypeParam mutex;
  mutex.lock();
  EXPECT_FALSE(another_thread_can_lock(mutex));
  mutex.unlock();
  EXPECT_TRUE(another_thread_can_lock(mutex));
}

TYPED_TEST(ShimMutex, KeepsCountExact_UnderContention) {
  TypeParam mutex;
  int count = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; t++) {
    threads.emplace_back([&] {
      for (int i = 0; i < 2000; i++) {
        std::lock_guard guard(mutex);
        count++;
      }
    });
  }
  for (auto &thread : threads) thread.join();
  EXPECT_EQ(count, 8000);
}

TYPED_TEST(ShimMutex, WorksWithStdLocks) {
  TypeParam a, b, c;
  {
    std::scoped_lock all(a, b, c);
    EXPECT_FALSE(another_thread_can_lock(b));
  }
  std::unique_lock one(a, std::defer_lock);
  std::unique_lock two(b, std::defer_lock);
  std::lock(one, two);
  EXPECT_TRUE(one.owns_lock() && two.owns_lock());
  TypeParam d;
  EXPECT_EQ(std::try_lock(c, d), -1);
  EXPECT_FALSE(another_thread_can_lock(d));
  c.unlock();
  d.unlock();
}

template <class M>
class ShimTimedMutex : public testing::Test {};
using TimedMutexes = testing::Types<interleave::timed_mutex, interleave::recursive_timed_mutex,
                                    interleave::shared_timed_mutex>;
TYPED_TEST_SUITE(ShimTimedMutex, TimedMutexes);

// A clock that is neither of the two that pthread knows.
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

TYPED_TEST(ShimTimedMutex, GivesUpNotBeforeItsDeadline_WhenHeld) {
  TypeParam mutex;
  mutex.lock();
  std::thread([&] {
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_FALSE(mutex.try_lock_for(2ms));
    EXPECT_FALSE(mutex.try_lock_for(std::chrono::duration<double>(0.002)));
    EXPECT_FALSE(mutex.try_lock_until(std::chrono::steady_clock::now() + 2ms));
    EXPECT_FALSE(mutex.try_lock_until(std::chrono::system_clock::now() + 2ms));
    EXPECT_FALSE(mutex.try_lock_until(OtherClock::now() + 2ms));
    EXPECT_GE(std::chrono::steady_clock::now() - begin, 9ms);
  }).join();
  mutex.unlock();
}

TYPED_TEST(ShimTimedMutex, LocksAtOnce_WhenFreeThoughDeadlinePassed) {
  TypeParam mutex;
  EXPECT_TRUE(mutex.try_lock_for(-1s));
  mutex.unlock();
  EXPECT_TRUE(mutex.try_lock_until(std::chrono::system_clock::time_point() - 1h));
  mutex.unlock();
  EXPECT_TRUE(mutex.try_lock_until(OtherClock::now() - 1h));
  mutex.unlock();
}

TYPED_TEST(ShimTimedMutex, GetsLock_WhenReleasedBeforeDeadline) {
  TypeParam mutex;
  mutex.lock();
  std::thread waiter([&] {
    std::unique_lock lock(mutex, 1h);
    EXPECT_TRUE(lock.owns_lock());
  });
  mutex.unlock();
  waiter.join();
}

// ---- recursion and sharing -----------------------------------------------------------------

TEST(ShimRecursiveMutex, IsFree_OnlyAfterAsManyUnlocks) {
  interleave::recursive_timed_mutex mutex;
  mutex.lock();
  EXPECT_TRUE(mutex.try_lock());
  EXPECT_TRUE(mutex.try_lock_for(1ms));
  mutex.unlock();
  mutex.unlock();
  EXPECT_FALSE(another_thread_can_lock(mutex));
  mutex.unlock();
  EXPECT_TRUE(another_thread_can_lock(mutex));
}

TEST(ShimMutexError, LockThrowsSystemError_WhenPthreadRefuses) {
  interleave::mutex mutex;
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ERRORCHECK);
  pthread_mutex_init(mutex.native_handle(), &attributes);
  mutex.lock();
  try {
    mutex.lock();
    FAIL() << "an error-checking mutex let its owner lock it twice";
  } catch (const std::system_error &error) {
    EXPECT_EQ(error.code(), std::errc::resource_deadlock_would_occur);
    EXPECT_EQ(error.code().category(), std::generic_category());
  }
  EXPECT_FALSE(mutex.try_lock());
  mutex.unlock();
}

TEST(ShimSharedMutex, LockThrowsSystemError_WhenOwnerLocksAgain) {
  interleave::shared_mutex mutex;
  mutex.lock();
  EXPECT_THROW(mutex.lock(), std::system_error);
  EXPECT_THROW(mutex.lock_shared(), std::system_error);
  mutex.unlock();
}

TEST(ShimSharedMutex, AdmitsReadersTogether_AndNoWriterThen) {
  interleave::shared_timed_mutex mutex;
  std::shared_lock reader(mutex);
  std::thread([&] {
    std::shared_lock another(mutex, std::try_to_lock);
    EXPECT_TRUE(another.owns_lock());
    EXPECT_FALSE(mutex.try_lock());
    EXPECT_FALSE(mutex.try_lock_for(1ms));
  }).join();
  std::thread([&] {
    EXPECT_TRUE(mutex.try_lock_shared_for(1ms));
    mutex.unlock_shared();
    EXPECT_TRUE(mutex.try_lock_shared_until(std::chrono::system_clock::now() + 1ms));
    mutex.unlock_shared();
    EXPECT_TRUE(mutex.try_lock_shared_until(OtherClock::now() + 1ms));
    mutex.unlock_shared();
  }).join();
  reader.unlock();
  EXPECT_TRUE(another_thread_can_lock(mutex));
}

TEST(ShimSharedMutex, RefusesReaders_WhileWritten) {
  interleave::shared_timed_mutex mutex;
  std::lock_guard writer(mutex);
  std::thread([&] {
    EXPECT_FALSE(mutex.try_lock_shared());
    EXPECT_FALSE(mutex.try_lock_shared_for(1ms));
    EXPECT_FALSE(mutex.try_lock_shared_until(std::chrono::system_clock::now() + 1ms));
    EXPECT_FALSE(mutex.try_lock_shared_until(OtherClock::now() + 1ms));
  }).join();
}

TEST(ShimMutexLookup, FindsStdLockByArgument) {
  interleave::mutex a, b;
  lock(a, b);  // unqualified, as users of std::mutex may write it
  a.unlock();
  b.unlock();
  EXPECT_EQ(try_lock(a, b), -1);
  a.unlock();
  b.unlock();
}

TEST(ShimMutexGlobal, IsUsable_WhenConstantInitialised) {
  std::scoped_lock all(global_mutex, global_recursive_mutex, global_timed_mutex,
                       global_recursive_timed_mutex, global_shared_mutex, global_shared_timed_mutex,
                       global_guarded.mutex);
  EXPECT_EQ(global_guarded.value, 7);
}

}  // namespace
