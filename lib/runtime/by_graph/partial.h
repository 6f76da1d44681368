// Partial executions: only those threads run of which not all is known, and who created them.
// SPDX-License-Identifier: Apache-2.0
//
// The walk through the execution (explore/segments/recall.h) has a stack of its own here, and is what threads switch to when they have come to
// an operation. It lets one go on by name: then its operations are answered from the graph until it has done what the graph has of it, and it
// stands still again before the next one. What the others do is not done at all; of plain memory that they share the recorder
// puts in place what the thread finds there. The walk itself sees what may be a race; the detectors look on for what one thread does wrong
// alone. All that could be a finding gives the partial execution up: then the whole program runs.
//
// One partial execution follows another in the same process. First all threads are created. Then, where a thread stands elsewhere than it would in
// the next graph, it *begins again*: on an empty stack, as it was when it was created. That costs a tenth of a microsecond and what it does,
// instead of all that the program does, and of putting a process back (20 us and more). It may if nothing of its earlier life is left but on its
// stack: it allocated no memory, wrote to no plain memory but its own, and, as is compared when the process is left, changed none that
// nobody told of (process/traces.h). What it freed of others' has not been used again. Else the process is put back (process/image.h)
// before the next execution; so it is from time to time anyway, for whole ones that are compared (explore/exhaustive.cc).
//
// What a thread finds in memory is what it would find if all threads ran, but for what the others change. That is put in place where it
// reads it in code that was instrumented. A function of a library finds it as it was (memcmp(), a std::string that is copied). So there are partial
// executions only where no thread but the main one ever writes to plain memory that is not its own, and only while the others have heard
// of nothing that the main thread did later than here, or otherwise; or where the user says that there is no such reading
// (--assume-told-reads). What they change in libraries leaves traces.
//
// Measured: fib of six rounds (226,512 executions, of which 73,000 do something new) in 1.0 s instead of 2.2 s.
//
// Limits: threads whose operations are those of atomics, fences, choices, and thread creations. Who joins others is likely to read what they
// did: so nobody joins.
#pragma once

#include "runtime/execution.h"

namespace interleave::runtime::partial {

extern bool on;
inline bool is_on() { return __builtin_expect(on, 0); }

// begin() is called before the first thread is created. Returns when the main thread is to go on.
void begin();
// note_birth() is called when t has been created.
void note_birth(const Thread &t);
// note_trace(): the thread that runs changes memory that is neither its own nor told of. It cannot begin again.
void note_trace_here();
inline void note_trace() {
  if (is_on()) note_trace_here();
}
// note_freed(): it frees a block of another thread's, which has it again when the thread begins again. (So ends every std::thread.)
void note_freed_here(std::uint64_t block);
inline void note_freed(std::uint64_t block) {
  if (is_on()) note_freed_here(block);
}
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
