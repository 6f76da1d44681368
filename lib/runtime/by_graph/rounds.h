// Rounds: how often a thread comes to the same place in the same call, so that loops can have a bound.
// SPDX-License-Identifier: Apache-2.0
//
// A place is an operation's call and the calls that led there. A thread that comes to a place again while the function is still in the
// call that it was in has gone round a loop; when a function is called anew, the rounds of the loops in it begin anew. What the stack does
// not show: two calls in a row from one place, of which the first did no other operation before it returned, look like one; and the rounds
// of a loop in a loop of the same function add up. So there may be more rounds than any loop had, but never more than there were operations
// at that place: the verdict speaks of those.
//
// How: the stack of calls is compared with the one at the thread's last operation. The first call in which they differ has gone on, and
// whatever was called from it is new.
//
// Cost: a walk of the stack at each operation, some microseconds; only under --loop-bound.
#pragma once

#include <cstdint>

#include "runtime/execution.h"

namespace interleave::runtime::rounds {

void begin_execution();
// come_to() is called when t is about to do its pending operation; returns the most rounds of the loops that it is in.
std::uint32_t come_to(const Thread &t);

}  // namespace interleave::runtime::rounds
