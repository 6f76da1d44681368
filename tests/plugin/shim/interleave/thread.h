// Test stand-in for the shim.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <thread>

namespace interleave {

class thread : public std::thread {
 public:
  using std::thread::thread;
};
#if __cplusplus >= 202002L
class jthread : public std::jthread {
 public:
  using std::jthread::jthread;
};
#endif
namespace this_thread {
inline std::thread::id get_id() noexcept { return std::this_thread::get_id(); }
inline void yield() noexcept { std::this_thread::yield(); }
template <class Rep, class Period>
void sleep_for(const std::chrono::duration<Rep, Period> &time) {
  std::this_thread::sleep_for(time);
}
template <class Clock, class Duration>
void sleep_until(const std::chrono::time_point<Clock, Duration> &time) {
  std::this_thread::sleep_until(time);
}
}  // namespace this_thread

}  // namespace interleave
