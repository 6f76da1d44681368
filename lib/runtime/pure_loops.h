// Pure loops: noticing, exactly, that a thread has come back to a state it was in and changed nothing since.
// SPDX-License-Identifier: Apache-2.0
//
// A thread that waits for another by looking again and again would make the exhaustive search endless. A round of such a loop that only
// reads and ends in the very state in which it began tells nothing: what follows from another round follows from this one, had it read
// something else. So the round is cut there (SAVer's transformation of spin loops into assumptions: Kokologiannakis, Ren, Vafeiadis,
// Dynamic Partial Order Reductions for Spinloops, FMCAD 2021; here the state is compared, no compiler pass proves it).
//
// The state is: where the thread calls from and what on, its callee-saved registers, its whole stack from the caller up, and that it wrote
// nothing else since. Unknown is what libraries that are not instrumented keep elsewhere (a random generator's state in libc): a loop
// that depends on that is cut wrongly; README names it.
//
// Cost: the stack is read at each atomic access, about a microsecond for 8 kilobytes.
#pragma once

#include "runtime/execution.h"

namespace interleave::runtime::pure_loops {

void begin_execution();
// wipe_stack() clears what lies below its caller's frame, where a thread's first functions will have theirs.
void wipe_stack();
// at_round() is called when t is about to access an atomic object, with what number the next event of t would have. Was t here before in
// the same state? Then *since is the number it had then.
bool at_round(Thread &t, std::uint32_t next_event, std::uint32_t *since);

}  // namespace interleave::runtime::pure_loops
