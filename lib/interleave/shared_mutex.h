// interleave::shared_mutex and shared_timed_mutex: std's, by way of the runtime.
// SPDX-License-Identifier: Apache-2.0
//
// Each is a pthread_rwlock_t of its own, as libstdc++'s are. What mutex.h says about destructors
// holds here too.
#pragma once

#include <errno.h>
#include <pthread.h>

#include <chrono>
#include <shared_mutex>

#include "interleave/detail/config.h"
#include "interleave/detail/deadline.h"
#include "interleave/runtime.h"

namespace interleave {
namespace detail {

// What the two have in common.
class rwlock_base {
 public:
  rwlock_base(const rwlock_base &) = delete;
  rwlock_base &operator=(const rwlock_base &) = delete;

  INTERLEAVE_INLINE void lock() {
    if (::pthread_rwlock_wrlock(&native_) == EDEADLK) throw_error(EDEADLK);
  }
  INTERLEAVE_INLINE bool try_lock() { return ::pthread_rwlock_trywrlock(&native_) == 0; }
  INTERLEAVE_INLINE void unlock() { ::pthread_rwlock_unlock(&native_); }

  INTERLEAVE_INLINE void lock_shared() {
    int error;
    do error = ::pthread_rwlock_rdlock(&native_);
    while (error == EAGAIN);  // as many readers as it can count: no failure in C++
    if (error == EDEADLK) throw_error(EDEADLK);
  }
  INTERLEAVE_INLINE bool try_lock_shared() { return ::pthread_rwlock_tryrdlock(&native_) == 0; }
  INTERLEAVE_INLINE void unlock_shared() { ::pthread_rwlock_unlock(&native_); }

 protected:
  constexpr rwlock_base() = default;
  ~rwlock_base() = default;
  INTERLEAVE_INLINE INTERLEAVE_CONSTEXPR20 void end_life() noexcept {
    if (!INTERLEAVE_IS_CONSTANT_EVALUATED()) interleave_end_of_life(&native_, 'r');
  }

  ::pthread_rwlock_t native_ = PTHREAD_RWLOCK_INITIALIZER;
};

}  // namespace detail

class shared_mutex : public detail::rwlock_base {
 public:
  using native_handle_type = void *;  // to a pthread_rwlock_t, as in libstdc++

  constexpr shared_mutex() = default;
  INTERLEAVE_INLINE INTERLEAVE_CONSTEXPR20 ~shared_mutex() { end_life(); }

  INTERLEAVE_INLINE native_handle_type native_handle() { return &native_; }
};

class shared_timed_mutex : public detail::rwlock_base {
 public:
  constexpr shared_timed_mutex() = default;
  INTERLEAVE_INLINE INTERLEAVE_CONSTEXPR20 ~shared_timed_mutex() { end_life(); }

  template <class Rep, class Period>
  INTERLEAVE_INLINE bool try_lock_for(const std::chrono::duration<Rep, Period> &wait) {
    return try_lock_until(detail::after(wait));
  }

  template <class Duration>
  INTERLEAVE_INLINE bool try_lock_until(
      const std::chrono::time_point<std::chrono::steady_clock, Duration> &deadline) {
    const ::timespec time = detail::to_timespec(deadline);
    return ::pthread_rwlock_clockwrlock(&native_, CLOCK_MONOTONIC, &time) == 0;
  }

  template <class Duration>
  INTERLEAVE_INLINE bool try_lock_until(
      const std::chrono::time_point<std::chrono::system_clock, Duration> &deadline) {
    const ::timespec time = detail::to_timespec(deadline);
    return ::pthread_rwlock_timedwrlock(&native_, &time) == 0;
  }

  // Any other clock may tick at another rate than the steady one: asks it again until it agrees.
  template <class Clock, class Duration>
  INTERLEAVE_INLINE bool try_lock_until(const std::chrono::time_point<Clock, Duration> &deadline) {
    detail::require_clock<Clock>();
    auto now = Clock::now();
    do {
      if (try_lock_for(deadline - now)) return true;
      now = Clock::now();
    } while (deadline > now);
    return false;
  }

  template <class Rep, class Period>
  INTERLEAVE_INLINE bool try_lock_shared_for(const std::chrono::duration<Rep, Period> &wait) {
    return try_lock_shared_until(detail::after(wait));
  }

  template <class Duration>
  INTERLEAVE_INLINE bool try_lock_shared_until(
      const std::chrono::time_point<std::chrono::steady_clock, Duration> &deadline) {
    const ::timespec time = detail::to_timespec(deadline);
    int error;
    do error = ::pthread_rwlock_clockrdlock(&native_, CLOCK_MONOTONIC, &time);
    while (error == EAGAIN);
    return error == 0;
  }

  template <class Duration>
  INTERLEAVE_INLINE bool try_lock_shared_until(
      const std::chrono::time_point<std::chrono::system_clock, Duration> &deadline) {
    const ::timespec time = detail::to_timespec(deadline);
    int error;
    do error = ::pthread_rwlock_timedrdlock(&native_, &time);
    while (error == EAGAIN);
    return error == 0;
  }

  template <class Clock, class Duration>
  INTERLEAVE_INLINE bool try_lock_shared_until(
      const std::chrono::time_point<Clock, Duration> &deadline) {
    detail::require_clock<Clock>();
    auto now = Clock::now();
    do {
      if (try_lock_shared_for(deadline - now)) return true;
      now = Clock::now();
    } while (deadline > now);
    return false;
  }
};

}  // namespace interleave
