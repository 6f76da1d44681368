// Semaphore: sem_t (POSIX sem_wait, sem_post).
// SPDX-License-Identifier: Apache-2.0
//
// A wait is enabled while the count is positive. Each post happens before the waits that follow it: POSIX (4.12) makes sem_post and
// sem_wait synchronise memory, and does not tell which post a wait takes, so a wait is ordered after all of them so far.
#pragma once

#include <cerrno>
#include <climits>

namespace interleave::objects {

struct Semaphore {
  unsigned count = 0;

  bool can_wait() const { return count > 0; }
  void wait() { count--; }
  int try_wait() {
    if (count == 0) return EAGAIN;
    count--;
    return 0;
  }
  int post() {
    if (count == SEM_VALUE_MAX) return EOVERFLOW;
    count++;
    return 0;
  }
};

}  // namespace interleave::objects
