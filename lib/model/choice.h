// A choice: the only source of nondeterminism, and the one thing a schedule is made of.
// SPDX-License-Identifier: Apache-2.0
//
// Wherever the model leaves something open (which thread runs, whom a notify wakes, whether a timed wait expires ...) the
// runtime asks one question, a ChoicePoint, and gets one answer, the index of an alternative. Alternative 0 is always
// the one of the default schedule. A point with one alternative is never asked and never counted as a step.
#pragma once

#include <cstdint>

#include "model/ids.h"
#include "model/operation.h"

namespace interleave::model {

// The letters are those of the schedule text.
enum class ChoiceKind : std::uint8_t {
  thread,      // '>'  which thread runs next; the value is its id
  store,       // 'r'  which store a load reads: how many stores older than the newest; by graph also: a try or a notify
               //      that would succeed now sees an older state (value 1)
  position,    // 'm'  where a store goes in modification order
  waiter,      // 'w'  whom a notify wakes; the value is the thread id
  timeout,     // 't'  the timed wait beginning here expires although others can run (value 1)
  spurious,    // 's'  the wait beginning here wakes without a notify (value 1)
  weak_fail,   // 'f'  this weak compare-exchange fails although the value is the expected one (value 1)
  user,        // 'c'  interleave::choose(n)
  blocks,      // 'b'  by graph: the wait for a change of memory that begins here finds none and sleeps (value 1)
};
inline constexpr int kChoiceKinds = 9;

char letter(ChoiceKind);
bool kind_of_letter(char, ChoiceKind *);   // false: no such letter

// One alternative taken, as kept in the campaign's memory while an execution runs: written before it is acted on, so
// that a crash in the next instruction still leaves the whole schedule.
struct Choice {
  ChoiceKind kind;
  bool preempts;             // taking an alternative other than 0 here costs one preemption
  std::uint16_t count;       // alternatives there were, >= 2
  std::uint16_t taken;       // index of the one taken
  std::uint16_t current;     // the thread that was running
  std::uint32_t value;       // what it stands for: see ChoiceKind
  std::uint32_t ordinal;     // visible operations that `current` had done before
};

// One answer that differs from the default schedule's. A schedule is a list of these in ascending step order.
struct Deviation {
  Step step;
  ChoiceKind kind;
  std::uint32_t value;
  // The place in terms that survive a change earlier in the schedule, as in Choice. Only Strategy::guided reads them;
  // they are no part of the text nor of equality.
  std::uint16_t current = 0;
  std::uint32_t ordinal = 0;
  friend bool operator==(const Deviation &a, const Deviation &b) {
    return a.step == b.step && a.kind == b.kind && a.value == b.value;
  }
};

// The question. Pointers are valid during the call only.
struct ChoicePoint {
  ChoiceKind kind;
  Step step;
  ThreadId current;                    // the thread that was running
  std::uint32_t ordinal;               // visible operations that it had done before
  bool preempts;                       // see Choice
  std::uint32_t count;                 // >= 2
  const std::uint32_t *values;         // [count]; values[0] is the default schedule's answer
  const Operation *const *pending;     // thread choices: what each alternative would do next; else null
};

}  // namespace interleave::model
