// Uses every public header as C++17 code does: headers_alone.sh compiles it in every standard.
// SPDX-License-Identifier: Apache-2.0
//
// The unit tests are C++20 and take the types apart; here they are only instantiated, with the
// older standard's rules (no concepts, no constant destructors, uninitialised atomics).
#include <chrono>
#include <mutex>
#include <shared_mutex>
#include <type_traits>

#include "interleave/atomic.h"
#include "interleave/condition_variable.h"
#include "interleave/mutex.h"
#include "interleave/once.h"
#include "interleave/shared_mutex.h"
#include "interleave/test.h"
#include "interleave/thread.h"
#include "interleave/version.h"

namespace shim_uses {

using std::chrono::seconds;
using std::chrono::steady_clock;
using std::chrono::system_clock;

// A clock of the user's.
struct Clock {
  using duration = std::chrono::microseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<Clock>;
  static constexpr bool is_steady = false;
  static time_point now() noexcept { return time_point(); }
};

// What a C++17 program may rely on.
static_assert(std::is_trivially_default_constructible<interleave::atomic<int>>::value ==
                  std::is_trivially_default_constructible<std::atomic<int>>::value,
              "default construction initialises from C++20 on, as std's");
static_assert(std::is_nothrow_default_constructible<interleave::atomic<bool>>::value &&
                  std::is_nothrow_default_constructible<interleave::atomic<int *>>::value &&
                  std::is_nothrow_default_constructible<interleave::atomic_flag>::value,
              "as std's");
static_assert(interleave::atomic<int>::is_always_lock_free, "as std's");

struct Account {
  constexpr Account() noexcept = default;
  interleave::mutex mutex;
  interleave::atomic<int> balance{0};
  interleave::atomic_flag open = ATOMIC_FLAG_INIT;
};
Account account;
interleave::once_flag once;

template <class Timed>
bool timed_locks(Timed &mutex) {
  return mutex.try_lock_for(seconds(1)) || mutex.try_lock_for(std::chrono::duration<float>(1)) ||
         mutex.try_lock_until(steady_clock::now()) || mutex.try_lock_until(system_clock::now()) ||
         mutex.try_lock_until(Clock::now());
}

bool locks() {
  interleave::mutex plain;
  interleave::recursive_mutex recursive;
  interleave::timed_mutex timed;
  interleave::recursive_timed_mutex both;
  interleave::shared_mutex shared;
  interleave::shared_timed_mutex shared_timed;
  std::scoped_lock all(plain, recursive, timed, both, shared, shared_timed);
  std::shared_lock<interleave::shared_timed_mutex> reader(shared_timed, seconds(1));
  return timed_locks(timed) || timed_locks(both) || timed_locks(shared_timed) ||
         shared_timed.try_lock_shared_until(system_clock::now()) ||
         shared_timed.try_lock_shared_until(Clock::now()) || shared.native_handle() == nullptr ||
         plain.native_handle() == nullptr || reader.owns_lock();
}

template <class Condition>
bool waits(Condition &condition, interleave::mutex &mutex) {
  const auto done = [] { return true; };
  std::unique_lock<interleave::mutex> lock(mutex);
  condition.wait(lock);
  condition.wait(lock, done);
  condition.notify_one();
  condition.notify_all();
  const auto timeout = interleave::cv_status::timeout;
  return condition.wait_for(lock, seconds(1)) == timeout ||
         condition.wait_for(lock, seconds(1), done) ||
         condition.wait_until(lock, steady_clock::now()) == timeout ||
         condition.wait_until(lock, system_clock::now()) == timeout ||
         condition.wait_until(lock, Clock::now()) == timeout ||
         condition.wait_until(lock, Clock::now(), done);
}

bool conditions() {
  interleave::condition_variable condition;
  interleave::condition_variable_any any;
  notify_all_at_thread_exit(condition, std::unique_lock<interleave::mutex>(account.mutex));
  return waits(condition, account.mutex) && waits(any, account.mutex);
}

template <class T>
bool value_operations(T a, T b) {
  interleave::atomic<T> object(a);
  volatile interleave::atomic<T> &unstable = object;
  object = a;
  unstable = b;
  unstable.store(object.exchange(a));
  object.wait(b);
  object.notify_one();
  return object.compare_exchange_weak(a, b) ||
         unstable.compare_exchange_strong(a, b, std::memory_order_acq_rel,
                                          std::memory_order_acquire) ||
         unstable.is_lock_free();
}

template <class T>
T integer_operations(T operand) {
  interleave::atomic<T> object{};
  object++;
  --object;
  object += operand;
  object -= operand;
  object &= operand;
  object |= operand;
  object ^= operand;
  return static_cast<T>(object.fetch_add(operand) + atomic_fetch_xor(&object, operand));
}

struct Large {
  long numbers[7];
};
struct Padded {
  char letter;
  int number;
};

bool atomics() {
  static int array[4];
  interleave::atomic<int *> pointer(array);
  pointer += 1;
  pointer--;
  interleave::atomic_thread_fence(interleave::memory_order_seq_cst);
  return value_operations<bool>(true, false) && value_operations<int *>(array, nullptr) &&
         value_operations<double>(1, 2) && value_operations(Large(), Large()) &&
         value_operations(Padded(), Padded()) && integer_operations<char>('a') != 0 &&
         integer_operations<unsigned short>(1) != 0 && integer_operations<long long>(1) != 0 &&
         atomic_load(&account.balance) == account.balance && account.open.test_and_set();
}

bool tests() {
  interleave::call_once(once, [] { interleave::this_thread::yield(); });
  interleave::Options options;
  options.strategy = interleave::Strategy::random;
  options.max_executions = interleave::choose(100);
  int runs = 0;
  const auto body = [&runs] { INTERLEAVE_CHECK(++runs > 0); };
  return interleave::explore(body).ok() && interleave::explore("named", body).complete() &&
         interleave::explore(options, [] {}) && INTERLEAVE_RUNTIME_ABI == 1;
}

bool everything() { return locks() && conditions() && atomics() && tests(); }

}  // namespace shim_uses
