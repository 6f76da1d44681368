// Condition: std::condition_variable(_any) and pthread_cond_t ([thread.condition]).
// SPDX-License-Identifier: Apache-2.0
//
// A wait is two visible operations: condition_wait releases the mutex and joins the waiters in one step; condition_wake is
// enabled once the waiter was notified (or timed out, or wakes spuriously) *and* the mutex is free, and takes it. Whom notify_one
// wakes is a choice among the waiters, the longest waiting one by default. A condition variable orders nothing by
// itself; its mutex does.
#pragma once

#include <cstdint>

#include "model/ids.h"
#include "objects/mutex.h"
#include "objects/thread_set.h"

namespace interleave::objects {

struct Condition {
  ThreadSet waiters;               // not yet notified
  std::uint64_t next_ticket = 0;   // arrival order of waiters
  // The last notify that found nobody: what a lost wake-up names.
  model::ThreadId unheard_by = model::kNoThread;
  std::uint64_t unheard_site = 0;
  std::uint32_t unheard_event = 0;

  Misuse destroy() const { return waiters.empty() ? Misuse::none : Misuse::destroy_with_waiters; }
};

}  // namespace interleave::objects
