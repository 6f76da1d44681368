// Waiters for a change of memory, for the graph engine: a condition variable whose operations order.
// SPDX-License-Identifier: Apache-2.0
//
// Who joins the waiters after a notify must know what was stored before that: else it could find the old value, and sleep though it was
// notified. So a notify releases, also where nobody waits, and joining acquires. It is a queue of its own beside the atomic that it
// is for (a futex), or the lock (std::condition_variable_any, which has a mutex inside).
#pragma once

#include "explore/graph/objects/condition.h"

namespace interleave::explore::graph {

inline ObjectStep waiters_step(std::uint64_t state, std::uint8_t step, model::ThreadId t, std::uint64_t operand,
                               std::uint32_t choice) {
  ObjectStep s = condition_step(state, step, t, operand, choice);
  if (!s.blocked && !s.writes) return {false, true, state, s.result, s.choices};
  return s;
}

inline constexpr ObjectModel kWaiters{"waiters", waiters_step};

}  // namespace interleave::explore::graph
