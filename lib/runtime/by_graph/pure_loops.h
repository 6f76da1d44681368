// Pure loops: noticing, exactly, that a thread has come back to a state it was in and changed nothing since.
// SPDX-License-Identifier: Apache-2.0
//
// A thread that waits for another by looking again and again would make the exhaustive search endless. A round of such a loop that
// ends in the very state in which it began tells nothing: what follows from another round follows from this one, had it read
// something else. So the round is cut there (SAVer's transformation of spin loops into assumptions: Kokologiannakis, Ren, Vafeiadis,
// Dynamic Partial Order Reductions for Spinloops, FMCAD 2021; here the state is compared, no compiler pass proves it).
//
// What a round may do: read; fail to take a lock; fail in a compare-exchange; and write what it has just read, by one read-modify-write:
// `while (x.exchange(1))` that reads 1, a fetch_add of 0. Why nothing is lost: take an execution with such a round that goes on, and
// leave the round out. Reads that are gone constrain nobody. A write u that is gone stood right behind the write w that it read, with the
// same value; who read u reads w now. Then every relation of the axioms is part of what it was: the new rf(w, r) was co;rf, and rf;po;rf,
// before (u read w, r read u); r is before in modification order what u was before; atomicity holds, since r's own write, if it has one,
// stood right behind u; the release sequence of w went through u, so that r still synchronises with its head; only what u itself
// released, and what the round acquired, no longer happens before others. So it is an execution of the program as well, in which all
// threads read the same values, and perhaps one more race. (tests/unit/graph_fuzz_test.cc compares outcomes with and without such
// rounds.) What is not so: a store, which stands at a place of its own in modification order; a lock that is taken to look and given
// back, which others may have found taken. Their loops have rounds without end; see rounds.h.
//
// The state is: where the thread calls from and what on, its callee-saved registers, its whole stack from the caller up, and that it
// changed nothing else since. Slots of the stack that hold what is not needed any more make equal states look different, which costs
// executions but loses none; in code that is not optimised the plugin clears them (instrument/dead_slots.cc). Unknown is what libraries
// that are not instrumented keep elsewhere (a random generator's state in libc): a loop that depends on that is cut wrongly; README names
// it.
//
// Cost: the stack is read at each atomic access, about a microsecond for 8 kilobytes.
#pragma once

#include "runtime/execution.h"

namespace interleave::runtime::pure_loops {

void begin_execution();
// begin_thread() is called when t begins again (partial.h).
void begin_thread(const Thread &t);
// at_round() is called when t is about to do what a round may begin with, with what number the next event of t would have. Was t here
// before in the same state? Then *since is the number it had then.
bool at_round(Thread &t, std::uint32_t next_event, std::uint32_t *since);

}  // namespace interleave::runtime::pure_loops
