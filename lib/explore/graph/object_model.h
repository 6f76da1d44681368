// ObjectModel: what a primitive means to the graph engine, as guarded read-modify-writes of one 64-bit state.
// SPDX-License-Identifier: Apache-2.0
//
// A primitive is one file with one step function: given the state, the step and who takes it, either the step is blocked
// there, or it has a result and perhaps a new state. Nothing else about a primitive is known to the engine: happens-before
// comes from the order that the operation carries (a lock acquires, an unlock releases).
//
// A function must depend on its arguments only. A step that can do several things in one state (which waiter a notify wakes)
// says how many choices it has there, and is asked with each; choice 0 is what the default schedule does.
#pragma once

#include <cstdint>

#include "model/ids.h"

namespace interleave::explore::graph {

struct ObjectStep {
  bool blocked = false;
  bool writes = false;
  std::uint64_t state = 0;      // new one, if it writes
  std::uint64_t result = 0;
  std::uint32_t choices = 1;
};

struct ObjectModel {
  const char *name;
  ObjectStep (*step)(std::uint64_t state, std::uint8_t step, model::ThreadId thread, std::uint64_t operand,
                     std::uint32_t choice);
};

}  // namespace interleave::explore::graph
