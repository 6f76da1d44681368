// Plain writes that may change nothing: a loop that waits may store again what it stored before.
// SPDX-License-Identifier: Apache-2.0
//
// A queue keeps the other side's index in a variable of its own:  while (next == cached) cached = read.load(acquire);  If each of these stores
// counted as a change, no two rounds of the loop would be equal (by_graph/pure_loops.h, spin.cc). A store changes something if, at the thread's
// next operation, the bytes are not what they were before. Only a store of bytes that the thread itself wrote last, and that
// still hold what it wrote, is given that chance: so whether a round changes something follows from the thread's history, and
// does not hang on what lay in memory before the thread came. The first round of a loop thus always changes something.
//
// Cost: some 3 ns for each of the first writes after an operation that are not on the thread's own stack.
// Limits: at most 8 of them, of at most 8 bytes each, in the heap, the program's variables and the main thread's stack; others count as changes.
#pragma once

#include "runtime/execution.h"

namespace interleave::runtime::writes {

// may_change_nothing() notes the write that t is about to do; false: it counts as a change.
bool may_change_nothing(const Thread &t, std::uint64_t address, std::uint64_t size);
// have_changed() is called when t has come to its next operation: has one of those changed something?
bool have_changed(const Thread &t);
// forget() is called before memory is unmapped.
void forget(const Thread &t);
void begin_execution();
// begin_thread() is called when t begins again (by_graph/partial.h).
void begin_thread(const Thread &t);

}  // namespace interleave::runtime::writes
