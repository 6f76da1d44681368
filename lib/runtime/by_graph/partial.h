// Partial executions: only those threads run of which not all is known, and who created them.
// SPDX-License-Identifier: Apache-2.0
//
// The walk through the execution (explore/segments/recall.h) has a stack of its own here, and is what threads switch to when they have come to
// an operation. It lets one go on by name: then its operations are answered from the graph until it has done what the graph has of it, and it
// stands still again before the next one. What the others do is not done at all; of plain memory that they share the recorder
// puts in place what the thread finds there. The walk itself sees what may be a race; the detectors look on for what one thread does wrong
// alone, and take for a race what only looks like one. All that could be a finding gives the partial execution up: then the whole program runs.
//
// Afterwards threads are left where they are. So it takes a process that can be put back (process/image.h).
//
// Limits: threads whose operations are those of atomics, fences, choices, and thread creations. A function of a library that was not
// instrumented finds in memory what the others did *not* do (memcmp(), a std::string that is copied), and what follows from it would be taken
// for what the program does. So there are partial executions only where the user says that there is no such reading (--assume-told-reads);
// they are often compared with whole ones all the same. Who joins others is likely to read what they did: so nobody joins.
#pragma once

#include "runtime/execution.h"

namespace interleave::runtime::partial {

extern bool on;
inline bool is_on() { return __builtin_expect(on, 0); }

// begin() is called before the first thread is created. Returns when the main thread is to go on.
void begin();
// How many events of the graph have happened to the thread at a place.
std::uint32_t performed(ThreadId place);
// reach() is the scheduler's, for a thread that runs in a partial execution; t.answer is what its operation reads.
void reach(Thread &t);
// check() is called before what may be no function of what is known.
void check();
// give_up() leaves the execution to the whole program.
[[noreturn]] void give_up();
// end() is called when the execution has ended without a finding.
[[noreturn]] void end();

}  // namespace interleave::runtime::partial
