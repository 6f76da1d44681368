// interleave::condition_variable and condition_variable_any: std's, by way of the runtime.
// SPDX-License-Identifier: Apache-2.0
//
// condition_variable is a pthread_cond_t and calls the runtime's pthread functions, one operation
// each.
//
// condition_variable_any is std's own when run directly. std's waits through a mutex and a
// condition of its own: five operations that mean nothing to the user. Under control a wait is
// therefore three calls of the runtime on the pthread_cond_t inside (enqueue, block, and the user's
// unlock in between), and a notification is one.
#pragma once

#include <pthread.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <utility>
#if __cplusplus > 201703L
#include <stop_token>
#endif

#include "interleave/detail/config.h"
#include "interleave/detail/deadline.h"
#include "interleave/mutex.h"
#include "interleave/runtime.h"

namespace interleave {

using std::cv_status;

namespace detail {

// As libstdc++, a timed wait has timed out if its moment has passed when it returns, whoever woke
// it.
template <class Clock, class Duration>
INTERLEAVE_INLINE cv_status status_at(const std::chrono::time_point<Clock, Duration> &deadline) {
  return Clock::now() < deadline ? cv_status::no_timeout : cv_status::timeout;
}

// The moment on the steady clock that is as far away as `deadline` is on its own clock.
template <class Clock, class Duration>
INTERLEAVE_INLINE std::chrono::steady_clock::time_point on_steady_clock(
    const std::chrono::time_point<Clock, Duration> &deadline) {
  require_clock<Clock>();
  const auto now = Clock::now();
  return after(deadline - now);
}

}  // namespace detail

class condition_variable {
 public:
  using native_handle_type = ::pthread_cond_t *;

  INTERLEAVE_INLINE condition_variable() noexcept {}
  INTERLEAVE_INLINE ~condition_variable() { ::pthread_cond_destroy(&native_); }
  condition_variable(const condition_variable &) = delete;
  condition_variable &operator=(const condition_variable &) = delete;

  INTERLEAVE_INLINE void notify_one() noexcept { ::pthread_cond_signal(&native_); }
  INTERLEAVE_INLINE void notify_all() noexcept { ::pthread_cond_broadcast(&native_); }

  INTERLEAVE_INLINE void wait(std::unique_lock<mutex> &lock) {
    ::pthread_cond_wait(&native_, lock.mutex()->native_handle());
  }

  template <class Predicate>
  INTERLEAVE_INLINE void wait(std::unique_lock<mutex> &lock, Predicate predicate) {
    while (!predicate()) wait(lock);
  }

  template <class Duration>
  INTERLEAVE_INLINE cv_status
  wait_until(std::unique_lock<mutex> &lock,
             const std::chrono::time_point<std::chrono::steady_clock, Duration> &deadline) {
    const ::timespec time = detail::to_timespec(deadline);
    ::pthread_cond_clockwait(&native_, lock.mutex()->native_handle(), CLOCK_MONOTONIC, &time);
    return detail::status_at(deadline);
  }

  template <class Duration>
  INTERLEAVE_INLINE cv_status
  wait_until(std::unique_lock<mutex> &lock,
             const std::chrono::time_point<std::chrono::system_clock, Duration> &deadline) {
    const ::timespec time = detail::to_timespec(deadline);
    ::pthread_cond_timedwait(&native_, lock.mutex()->native_handle(), &time);
    return detail::status_at(deadline);
  }

  template <class Clock, class Duration>
  INTERLEAVE_INLINE cv_status wait_until(std::unique_lock<mutex> &lock,
                                         const std::chrono::time_point<Clock, Duration> &deadline) {
    if (wait_until(lock, detail::on_steady_clock(deadline)) == cv_status::no_timeout)
      return cv_status::no_timeout;
    return detail::status_at(deadline);
  }

  template <class Clock, class Duration, class Predicate>
  INTERLEAVE_INLINE bool wait_until(std::unique_lock<mutex> &lock,
                                    const std::chrono::time_point<Clock, Duration> &deadline,
                                    Predicate predicate) {
    while (!predicate())
      if (wait_until(lock, deadline) == cv_status::timeout) return predicate();
    return true;
  }

  template <class Rep, class Period>
  INTERLEAVE_INLINE cv_status wait_for(std::unique_lock<mutex> &lock,
                                       const std::chrono::duration<Rep, Period> &wait) {
    return wait_until(lock, detail::after(wait));
  }

  template <class Rep, class Period, class Predicate>
  INTERLEAVE_INLINE bool wait_for(std::unique_lock<mutex> &lock,
                                  const std::chrono::duration<Rep, Period> &wait,
                                  Predicate predicate) {
    return wait_until(lock, detail::after(wait), std::move(predicate));
  }

  INTERLEAVE_INLINE native_handle_type native_handle() { return &native_; }

 private:
  ::pthread_cond_t native_ = PTHREAD_COND_INITIALIZER;
};

// notify_all_at_thread_exit() leaves the work to libstdc++, whose compiled code calls nothing but
// pthread functions on the two objects; they have the layout of std's (a pthread_cond_t, a
// pthread_mutex_t).
INTERLEAVE_INLINE void notify_all_at_thread_exit(condition_variable &condition,
                                                 std::unique_lock<mutex> lock) {
  static_assert(sizeof(condition_variable) == sizeof(std::condition_variable) &&
                    sizeof(mutex) == sizeof(std::mutex),
                "the shim types are laid out as std's");
  void *const twin_mutex = lock.release();
  void *const twin_condition = &condition;
  std::notify_all_at_thread_exit(
      *static_cast<std::condition_variable *>(twin_condition),
      std::unique_lock<std::mutex>(*static_cast<std::mutex *>(twin_mutex), std::adopt_lock));
}

class condition_variable_any {
 public:
  INTERLEAVE_INLINE condition_variable_any() {}
  INTERLEAVE_INLINE ~condition_variable_any() {}
  condition_variable_any(const condition_variable_any &) = delete;
  condition_variable_any &operator=(const condition_variable_any &) = delete;

  INTERLEAVE_INLINE void notify_one() noexcept {
    if (interleave_under_control()) {
      interleave_condition_notify(condition(), 0);
    } else {
      native_.notify_one();
    }
  }
  INTERLEAVE_INLINE void notify_all() noexcept {
    if (interleave_under_control()) {
      interleave_condition_notify(condition(), 1);
    } else {
      native_.notify_all();
    }
  }

  template <class Lock>
  INTERLEAVE_INLINE void wait(Lock &lock) {
    if (!interleave_under_control()) return native_.wait(lock);
    block(lock, never_stopped, 0, CLOCK_MONOTONIC);
  }

  template <class Lock, class Predicate>
  INTERLEAVE_INLINE void wait(Lock &lock, Predicate predicate) {
    while (!predicate()) wait(lock);
  }

  template <class Lock, class Clock, class Duration>
  INTERLEAVE_INLINE cv_status wait_until(Lock &lock,
                                         const std::chrono::time_point<Clock, Duration> &deadline) {
    if (!interleave_under_control()) return native_.wait_until(lock, deadline);
    block_until(lock, never_stopped, deadline);
    return detail::status_at(deadline);
  }

  template <class Lock, class Clock, class Duration, class Predicate>
  INTERLEAVE_INLINE bool wait_until(Lock &lock,
                                    const std::chrono::time_point<Clock, Duration> &deadline,
                                    Predicate predicate) {
    while (!predicate())
      if (wait_until(lock, deadline) == cv_status::timeout) return predicate();
    return true;
  }

  template <class Lock, class Rep, class Period>
  INTERLEAVE_INLINE cv_status wait_for(Lock &lock, const std::chrono::duration<Rep, Period> &wait) {
    return wait_until(lock, detail::after(wait));
  }

  template <class Lock, class Rep, class Period, class Predicate>
  INTERLEAVE_INLINE bool wait_for(Lock &lock, const std::chrono::duration<Rep, Period> &wait,
                                  Predicate predicate) {
    return wait_until(lock, detail::after(wait), std::move(predicate));
  }

#ifdef __cpp_lib_jthread
  template <class Lock, class Predicate>
  INTERLEAVE_INLINE bool wait(Lock &lock, std::stop_token token, Predicate predicate) {
    if (!interleave_under_control())
      return native_.wait(lock, std::move(token), std::move(predicate));
    if (token.stop_requested()) return predicate();
    std::stop_callback wake(token, [this] { notify_all(); });
    while (!predicate())
      if (!block(lock, [&] { return token.stop_requested(); }, 0, CLOCK_MONOTONIC)) return false;
    return true;
  }

  template <class Lock, class Clock, class Duration, class Predicate>
  INTERLEAVE_INLINE bool wait_until(Lock &lock, std::stop_token token,
                                    const std::chrono::time_point<Clock, Duration> &deadline,
                                    Predicate predicate) {
    if (!interleave_under_control())
      return native_.wait_until(lock, std::move(token), deadline, std::move(predicate));
    if (token.stop_requested()) return predicate();
    std::stop_callback wake(token, [this] { notify_all(); });
    while (!predicate()) {
      if (!block_until(lock, [&] { return token.stop_requested(); }, deadline)) return false;
      if (detail::status_at(deadline) == cv_status::timeout || token.stop_requested())
        return predicate();
    }
    return true;
  }

  template <class Lock, class Rep, class Period, class Predicate>
  INTERLEAVE_INLINE bool wait_for(Lock &lock, std::stop_token token,
                                  const std::chrono::duration<Rep, Period> &wait,
                                  Predicate predicate) {
    return wait_until(lock, std::move(token), detail::after(wait), std::move(predicate));
  }
#endif

 private:
  static bool never_stopped() { return false; }

  // The calling thread's place in the condition's queue. A thread that never came to block gives it
  // up by a wait whose moment has passed.
  class Enqueued {
   public:
    INTERLEAVE_INLINE explicit Enqueued(::pthread_cond_t *condition) : condition_(condition) {
      interleave_condition_enqueue(condition_);
    }
    INTERLEAVE_INLINE ~Enqueued() {
      if (condition_ != nullptr) interleave_condition_block(condition_, 1, CLOCK_MONOTONIC);
    }
    Enqueued(const Enqueued &) = delete;
    Enqueued &operator=(const Enqueued &) = delete;

    INTERLEAVE_INLINE void block(std::int64_t deadline_ns, int clock) {
      ::pthread_cond_t *const condition = condition_;
      condition_ = nullptr;
      interleave_condition_block(condition, deadline_ns, clock);
    }

   private:
    ::pthread_cond_t *condition_;
  };

  template <class Lock>
  class Unlocked {
   public:
    INTERLEAVE_INLINE explicit Unlocked(Lock &lock) : lock_(lock) { lock_.unlock(); }
    INTERLEAVE_INLINE ~Unlocked() noexcept(false) { lock_.lock(); }
    Unlocked(const Unlocked &) = delete;
    Unlocked &operator=(const Unlocked &) = delete;

   private:
    Lock &lock_;
  };

  // One controlled wait. Returns false, without having unlocked, if stopped() holds once every
  // later notification would reach this thread.
  template <class Lock, class Stopped>
  INTERLEAVE_INLINE bool block(Lock &lock, Stopped stopped, std::int64_t deadline_ns, int clock) {
    Enqueued place(condition());
    if (stopped()) return false;
    Unlocked<Lock> unlocked(lock);
    place.block(deadline_ns, clock);
    return true;
  }

  template <class Lock, class Stopped, class Duration>
  INTERLEAVE_INLINE bool block_until(
      Lock &lock, Stopped stopped,
      const std::chrono::time_point<std::chrono::steady_clock, Duration> &deadline) {
    const std::int64_t time = detail::to_nanoseconds(detail::to_timespec(deadline));
    return block(lock, stopped, time, CLOCK_MONOTONIC);
  }
  template <class Lock, class Stopped, class Duration>
  INTERLEAVE_INLINE bool block_until(
      Lock &lock, Stopped stopped,
      const std::chrono::time_point<std::chrono::system_clock, Duration> &deadline) {
    const std::int64_t time = detail::to_nanoseconds(detail::to_timespec(deadline));
    return block(lock, stopped, time, CLOCK_REALTIME);
  }
  template <class Lock, class Stopped, class Clock, class Duration>
  INTERLEAVE_INLINE bool block_until(Lock &lock, Stopped stopped,
                                     const std::chrono::time_point<Clock, Duration> &deadline) {
    return block_until(lock, stopped, detail::on_steady_clock(deadline));
  }

  // libstdc++'s condition_variable_any begins with its condition_variable, and that with its
  // pthread_cond_t.
  INTERLEAVE_INLINE ::pthread_cond_t *condition() {
    void *const first = &native_;
    return static_cast<::pthread_cond_t *>(first);
  }

  std::condition_variable_any native_;
};

}  // namespace interleave
