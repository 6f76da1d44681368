// What a thread waits in that looks again and again and finds nothing new: never enabled (runtime/pure_loops.h).
// SPDX-License-Identifier: Apache-2.0
//
// The operand says from which of its events on the thread has looked in its last round.
#pragma once

#include "explore/graph/object_model.h"

namespace interleave::explore::graph {

inline ObjectStep pure_loop_step(std::uint64_t, std::uint8_t, model::ThreadId, std::uint64_t, std::uint32_t) { return {.blocked = true}; }

inline constexpr ObjectModel kPureLoop{"pure loop", pure_loop_step};

}  // namespace interleave::explore::graph
