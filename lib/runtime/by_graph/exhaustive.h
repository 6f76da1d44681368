// The exhaustive strategy's side in the program: operations go to the graph engine, its answers come back.
// SPDX-License-Identifier: Apache-2.0
//
// The engine decides who performs the next operation and which store it reads; the rest of the runtime works as always, on
// its own objects, clocks and detectors, and the two must agree. From the first creation of a thread or choose() on (before that there is
// nothing to choose) the execution runs *by graph*: Settings::by_graph, which a replay of such an execution has set too, because
// choices are counted differently then:
//   * creating and ending a thread are visible operations; a new thread runs to its first operation at once
//   * nobody yields: a yield, a sleep and a round of a spin loop are no operations
//   * the end of the program waits until the others have ended or are stuck
//   * a load may be asked about every coherent store, whatever the order of execution says of seq_cst
#pragma once

#include "explore/graph/explorer.h"
#include "explore/segments/recorder.h"
#include "runtime/by_graph/partial.h"
#include "runtime/execution.h"

namespace interleave::runtime::exhaustive {

// The recorder of the execution that runs (explore/segments/recorder.h); null: nothing is recorded.
extern explore::segments::Recorder *recorder;

// is_searching() tells whether the engine is in charge; false in a replay.
bool is_searching();

// forgo_recall() is called where the program does something that the recorder does not cover (segments/recorder.h).
inline void forgo_recall() {
  if (recorder) recorder->turn_off();
}

// note_access() tells it of an access of the current thread to plain memory.
inline void note_access(explore::segments::Access access, std::uint64_t address, std::uint64_t size) {
  if (__builtin_expect(recorder == nullptr, 1)) return;
  recorder->access(execution.current->place, access, address, size);
  if (partial::is_on()) partial::check();
}

// note_start() tells it that the current thread begins.
inline void note_start() {
  if (recorder) recorder->begin_segment(execution.current->place);
}

// begin() is called before the first thread is created, or the first choose(). Returns in a worker, if the engine is to be in charge.
void begin();
// A new execution in the same process (explore() bodies).
void begin_execution();

// reach_create() is what comes before the thread at `place` is created, by graph.
void reach_create(ThreadId place, std::uint64_t pc);
// announce() translates what t is about to do for the engine; ends the execution with a sentence if it is not modelled.
void announce(Thread &t);
// may_sleep() tells that the current thread begins a std::atomic::wait. Must the search consider that it sleeps (graph/assumptions.h)?
bool may_sleep(std::uint64_t address);
// note_futex() tells that the current thread is about to call futex(2); !wakes_any: with a bit set of its own.
void note_futex(std::uint64_t address, bool wakes_any);
// note_arrival() tells that the current thread is about to arrive at a barrier, called from pc.
void note_arrival(objects::Barrier &barrier, std::uint64_t pc);
// What t has announced.
const explore::graph::Operation &announced(const Thread &t);
// next() asks the engine who performs the operation announced. May not return: the execution has ended.
Thread &next();
// answer_to() is the engine's answer to a question other than of a thread, about the operation that happens now.
std::uint32_t answer_to(model::ChoiceKind kind);
// sees_older_state() is asked where a try or a notify would succeed now. One that fails only reads, as a load does: by graph it may have
// read a state that others have replaced since.
bool sees_older_state();
// end_endless() ends an execution in which t does what it does now again and again; in `rounds` of them in a row it read the same, 0: not
// known. The search ends too.
[[noreturn]] void end_endless(const Thread &t, std::uint32_t rounds);
// perform() is called when t was chosen: its operation happens now, and t.answer is what it reads.
void perform(Thread &t);

}  // namespace interleave::runtime::exhaustive
