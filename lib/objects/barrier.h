// Barrier: pthread_barrier_t.
// SPDX-License-Identifier: Apache-2.0
//
// A wait is two visible operations: barrier_arrive counts the thread in; barrier_leave is enabled once the round it arrived in is full. All
// arrivals of a round happen before every departure from it.
#pragma once

#include <cstdint>

#include "objects/mutex.h"
#include "objects/thread_set.h"

namespace interleave::objects {

struct Barrier {
  std::uint32_t needed = 1, arrived = 0;
  std::uint64_t round = 0;
  ThreadSet users;                 // exhaustive: who has come to arrive, by place

  // arrive() returns the round the thread must see the end of; *last tells whether it filled the barrier.
  std::uint64_t arrive(bool *last) {
    std::uint64_t mine = round;
    *last = ++arrived == needed;
    if (*last) {
      arrived = 0;
      round++;
    }
    return mine;
  }
  bool can_leave(std::uint64_t mine) const { return round > mine; }
  Misuse destroy() const { return arrived > 0 ? Misuse::destroy_with_waiters : Misuse::none; }
};

}  // namespace interleave::objects
