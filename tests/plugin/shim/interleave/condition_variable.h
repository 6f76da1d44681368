// Test stand-in for the shim.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>

#include <interleave/mutex.h>

namespace interleave {

class condition_variable_any : public std::condition_variable_any {};
class condition_variable {
 public:
  void notify_one() { inner_.notify_one(); }
  void notify_all() { inner_.notify_all(); }
  void wait(std::unique_lock<mutex> &lock) { inner_.wait(lock); }
  template <class Predicate>
  void wait(std::unique_lock<mutex> &lock, Predicate predicate) {
    inner_.wait(lock, predicate);
  }

 private:
  std::condition_variable_any inner_;
};
inline void notify_all_at_thread_exit(condition_variable &cond, std::unique_lock<mutex>) {
  cond.notify_all();
}

}  // namespace interleave
