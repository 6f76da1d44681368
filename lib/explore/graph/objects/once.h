// Once for the graph engine: objects/once.h as guarded read-modify-writes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "explore/graph/object_model.h"
#include "objects/once.h"

namespace interleave::explore::graph {

enum class OnceStep : std::uint8_t {
  enter,       // result: must the caller run the initialiser?
  leave,       // operand: did it succeed?
};

inline ObjectStep once_step(std::uint64_t state, std::uint8_t step, model::ThreadId t, std::uint64_t operand,
                            std::uint32_t) {
  objects::Once o{static_cast<objects::Once::State>(state & 0xff), static_cast<model::ThreadId>(state >> 8)};
  bool must_run = false;
  if (static_cast<OnceStep>(step) == OnceStep::enter) {
    if (!o.can_enter(t)) return {.blocked = true};
    must_run = o.enter(t);
  } else {
    o.leave(operand != 0);
    o.runner = 0;
  }
  const std::uint64_t after = std::uint64_t{o.runner} << 8 | static_cast<std::uint64_t>(o.state);
  return {false, after != state, after, must_run, 1};
}

inline constexpr ObjectModel kOnce{"once", once_step};

}  // namespace interleave::explore::graph
