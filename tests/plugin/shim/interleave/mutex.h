// Test stand-in for the shim: types of our own that are not std's, so wrong rewriting does not compile.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>

namespace interleave {

class mutex {
 public:
  constexpr mutex() = default;
  mutex(const mutex &) = delete;
  void lock() { inner_.lock(); }
  void unlock() { inner_.unlock(); }
  bool try_lock() { return inner_.try_lock(); }
  using native_handle_type = std::mutex::native_handle_type;

 private:
  std::mutex inner_;
};
class recursive_mutex : public std::recursive_mutex {};
class timed_mutex : public std::timed_mutex {};
class recursive_timed_mutex : public std::recursive_timed_mutex {};

}  // namespace interleave
