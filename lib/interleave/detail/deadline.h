// Points in time as the pthread functions take them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <time.h>

#include <chrono>
#include <cstdint>

#include "interleave/detail/config.h"

namespace interleave {
namespace detail {

// to_timespec() splits a time point into seconds and nanoseconds. Times before the epoch become the
// epoch: they have passed either way, and the pthread functions refuse negative ones.
template <class Clock, class Duration>
INTERLEAVE_INLINE ::timespec to_timespec(const std::chrono::time_point<Clock, Duration> &time) {
  const auto seconds = std::chrono::time_point_cast<std::chrono::seconds>(time);
  const auto rest = std::chrono::duration_cast<std::chrono::nanoseconds>(time - seconds);
  if (seconds.time_since_epoch().count() < 0 || rest.count() < 0) return {0, 0};
  return {static_cast<std::time_t>(seconds.time_since_epoch().count()),
          static_cast<long>(rest.count())};
}

// to_nanoseconds() is the same moment in one number, at least 1 (0 means no deadline) and at most
// INT64_MAX.
INTERLEAVE_INLINE std::int64_t to_nanoseconds(const ::timespec &time) {
  constexpr std::int64_t kSecond = 1000000000;
  if (time.tv_sec >= INT64_MAX / kSecond) return INT64_MAX;
  const std::int64_t nanoseconds = time.tv_sec * kSecond + time.tv_nsec;
  return nanoseconds > 0 ? nanoseconds : 1;
}

// after() is the moment `wait` from now on the steady clock, rounded up as [thread.req.timing]
// wants it.
template <class Rep, class Period>
INTERLEAVE_INLINE std::chrono::steady_clock::time_point after(
    const std::chrono::duration<Rep, Period> &wait) {
  // std::chrono::ceil is C++17's.
  auto ticks = std::chrono::duration_cast<std::chrono::steady_clock::duration>(wait);
  if (ticks < wait) ++ticks;
  return std::chrono::steady_clock::now() + ticks;
}

template <class Clock>
INTERLEAVE_INLINE void require_clock() {
#if __cplusplus > 201703L
  static_assert(std::chrono::is_clock_v<Clock>, "a timed operation needs a clock");
#endif
}

}  // namespace detail
}  // namespace interleave
