// Once: std::call_once, pthread_once and the guards of function-local statics ([thread.once], [stmt.dcl]/3).
// SPDX-License-Identifier: Apache-2.0
//
// Entering is enabled unless another thread is inside. The first one through runs the initialiser; if that fails (an exception),
// the next one runs it. Entering a finished one happens after its end.
#pragma once

#include <cstdint>

#include "model/ids.h"

namespace interleave::objects {

struct Once {
  enum class State : std::uint8_t { fresh, running, done } state = State::fresh;
  model::ThreadId runner = model::kNoThread;

  bool can_enter(model::ThreadId) const { return state != State::running; }
  // enter() returns whether the caller must run the initialiser.
  bool enter(model::ThreadId t) {
    if (state == State::done) return false;
    state = State::running;
    runner = t;
    return true;
  }
  void leave(bool succeeded) {
    state = succeeded ? State::done : State::fresh;
    runner = model::kNoThread;
  }
};

}  // namespace interleave::objects
