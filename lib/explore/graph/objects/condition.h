// Condition variable for the graph engine: who waits and who was notified, as guarded read-modify-writes.
// SPDX-License-Identifier: Apache-2.0
//
// A wait is four operations: `wait` here, the unlock of the mutex, `wake` here, the lock of the mutex. The first two
// are one step of the thread in the standard; in between nobody can tell them from one, for a notify that comes there
// has the effect of one just after. Whom notify_one wakes is a choice among the waiters, the lowest thread first. The
// operations order nothing by themselves (relaxed); the mutex does. No spurious wake-ups and timeouts: the runtime
// makes them Kind::choose and `leave`.
//
// Limit: threads below 32; others end the process.
#pragma once

#include "explore/graph/object_model.h"
#include "support/check.h"

namespace interleave::explore::graph {

enum class ConditionStep : std::uint8_t {
  wait,
  wake,            // blocked until notified
  notify_one,      // result: whom, plus 1; 0: nobody waited
  notify_all,      // result: how many
  leave,           // gives up waiting; result: had it been notified?
  expire,          // gives up waiting; blocked once notified
};

// Waiting threads in the low half, notified ones in the high half.
inline ObjectStep condition_step(std::uint64_t state, std::uint8_t step, model::ThreadId t, std::uint64_t,
                                 std::uint32_t choice) {
  CHECK(t < 32, "a condition variable of a thread above 31 in exhaustive mode");
  const std::uint64_t me = std::uint64_t{1} << t, notified = me << 32;
  const std::uint64_t waiting = state & UINT32_MAX;
  switch (static_cast<ConditionStep>(step)) {
    case ConditionStep::wait: return {false, true, state | me, 0, 1};
    case ConditionStep::wake:
      if ((state & notified) == 0) return {.blocked = true};
      return {false, true, state & ~notified, 0, 1};
    case ConditionStep::notify_one: {
      if (waiting == 0) return {};
      std::uint64_t rest = waiting;
      for (std::uint32_t i = 0; i < choice; i++) rest &= rest - 1;
      const std::uint64_t whom = rest & -rest;
      return {false, true, (state & ~whom) | whom << 32, static_cast<std::uint64_t>(__builtin_ctzll(whom)) + 1,
              static_cast<std::uint32_t>(__builtin_popcountll(waiting))};
    }
    case ConditionStep::notify_all:
      return {false, waiting != 0, (state & ~waiting) | waiting << 32,
              static_cast<std::uint64_t>(__builtin_popcountll(waiting)), 1};
    case ConditionStep::expire:
      if ((state & notified) != 0) return {.blocked = true};
      return {false, true, state & ~me, 0, 1};
    case ConditionStep::leave:
      return {false, true, state & ~(me | notified), (state & notified) != 0, 1};
  }
  return {};
}

inline constexpr ObjectModel kCondition{"condition", condition_step};

}  // namespace interleave::explore::graph
