// What a visible operation of the runtime is to the graph engine: its kind, its location's name, its values.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "explore/graph/operation.h"
#include "runtime/execution.h"

namespace interleave::runtime::exhaustive {

// begin_names() is called before the first translation of an execution.
void begin_names();
// translate() sets g to what t's pending operation is; Kind::none: no event. Ends the execution with a sentence if it is not modelled.
void translate(Thread &t, explore::graph::Operation &g);
// refuse() says what the engine cannot do, which is no finding about the program: the driver says it in one sentence and stops.
[[noreturn]] void refuse(const Thread &t, const char *what);
// begin_anew_if_broken() ends the execution, and all the search has done, if the program has contradicted what is taken for granted.
void begin_anew_if_broken();

}  // namespace interleave::runtime::exhaustive
