// interleave::mutex and its recursive and timed kin: std's, by way of the runtime.
// SPDX-License-Identifier: Apache-2.0
//
// Each is a pthread_mutex_t of its own, initialised statically, as libstdc++'s are: same size,
// alignment, exceptions and constant initialisation. The pthread functions are the runtime's, so a
// call is one operation under control and the plain thing without. lock_guard, unique_lock,
// scoped_lock and std::lock work with them as with any lockable type.
//
// One difference from libstdc++: the destructor is not trivial, because the runtime must learn of
// the end of a mutex's life to find a use after it. So a class with such a member is not trivially
// destructible, a function-local static one has a guard, and in C++17 none is a literal type (in
// C++20 the destructor is constexpr). After exit() has begun to destroy static objects the call has
// no effect.
#pragma once

#include <pthread.h>

#include <chrono>
#include <mutex>

#include "interleave/detail/config.h"
#include "interleave/detail/deadline.h"
#include "interleave/runtime.h"

namespace interleave {

// For unqualified calls that found these through their arguments' namespace when that was std.
using std::lock;
using std::try_lock;

namespace detail {

// What the four have in common.
class mutex_base {
 public:
  using native_handle_type = ::pthread_mutex_t *;

  mutex_base(const mutex_base &) = delete;
  mutex_base &operator=(const mutex_base &) = delete;

  INTERLEAVE_INLINE void lock() {
    if (const int error = ::pthread_mutex_lock(&native_)) throw_error(error);
  }
  INTERLEAVE_INLINE bool try_lock() noexcept { return ::pthread_mutex_trylock(&native_) == 0; }
  INTERLEAVE_INLINE void unlock() { ::pthread_mutex_unlock(&native_); }
  INTERLEAVE_INLINE native_handle_type native_handle() noexcept { return &native_; }

 protected:
  INTERLEAVE_INLINE constexpr explicit mutex_base(const ::pthread_mutex_t &initial) noexcept
      : native_(initial) {}
  ~mutex_base() = default;
  // Called by each final class's own destructor, which is inlined where an implicit one might not
  // be.
  INTERLEAVE_INLINE INTERLEAVE_CONSTEXPR20 void end_life() noexcept {
    if (!INTERLEAVE_IS_CONSTANT_EVALUATED()) interleave_end_of_life(&native_, 'm');
  }

  ::pthread_mutex_t native_;
};

class plain_mutex : public mutex_base {
 protected:
  INTERLEAVE_INLINE constexpr plain_mutex() noexcept
      : mutex_base(::pthread_mutex_t PTHREAD_MUTEX_INITIALIZER) {}
};

class reentrant_mutex : public mutex_base {
 protected:
  INTERLEAVE_INLINE constexpr reentrant_mutex() noexcept
      : mutex_base(::pthread_mutex_t PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP) {}
};

// Adds the timed operations to one of the two.
template <class Base>
class with_timeout : public Base {
 public:
  template <class Rep, class Period>
  INTERLEAVE_INLINE bool try_lock_for(const std::chrono::duration<Rep, Period> &wait) {
    return try_lock_until(after(wait));
  }

  template <class Duration>
  INTERLEAVE_INLINE bool try_lock_until(
      const std::chrono::time_point<std::chrono::steady_clock, Duration> &deadline) {
    const ::timespec time = to_timespec(deadline);
    return ::pthread_mutex_clocklock(&this->native_, CLOCK_MONOTONIC, &time) == 0;
  }

  template <class Duration>
  INTERLEAVE_INLINE bool try_lock_until(
      const std::chrono::time_point<std::chrono::system_clock, Duration> &deadline) {
    const ::timespec time = to_timespec(deadline);
    return ::pthread_mutex_timedlock(&this->native_, &time) == 0;
  }

  // Any other clock may tick at another rate than the steady one: asks it again until it agrees.
  template <class Clock, class Duration>
  INTERLEAVE_INLINE bool try_lock_until(const std::chrono::time_point<Clock, Duration> &deadline) {
    require_clock<Clock>();
    auto now = Clock::now();
    do {
      if (try_lock_for(deadline - now)) return true;
      now = Clock::now();
    } while (deadline > now);
    return false;
  }

 protected:
  constexpr with_timeout() = default;
};

}  // namespace detail

class mutex : public detail::plain_mutex {
 public:
  constexpr mutex() noexcept = default;
  INTERLEAVE_INLINE INTERLEAVE_CONSTEXPR20 ~mutex() { end_life(); }
};

class recursive_mutex : public detail::reentrant_mutex {
 public:
  constexpr recursive_mutex() = default;
  INTERLEAVE_INLINE INTERLEAVE_CONSTEXPR20 ~recursive_mutex() { end_life(); }
};

class timed_mutex : public detail::with_timeout<detail::plain_mutex> {
 public:
  constexpr timed_mutex() = default;
  INTERLEAVE_INLINE INTERLEAVE_CONSTEXPR20 ~timed_mutex() { end_life(); }
};

class recursive_timed_mutex : public detail::with_timeout<detail::reentrant_mutex> {
 public:
  constexpr recursive_timed_mutex() = default;
  INTERLEAVE_INLINE INTERLEAVE_CONSTEXPR20 ~recursive_timed_mutex() { end_life(); }
};

}  // namespace interleave
