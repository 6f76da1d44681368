// What the files around the scheduler share with it, beyond what every primitive uses (execution.h).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "runtime/execution.h"

namespace interleave::runtime {

// leave() ends the thread and runs another one; leave_main() does so for the thread whose stack is the process's, and returns when it is
// chosen again (when all others have ended).
[[noreturn]] void leave(Thread &t);
void leave_main(Thread &t);

bool all_ended();
Thread *thread_at_exit();            // null: nobody is there

// The operand of a program_exit that waits for all other threads: the end of an explore() body. exit() waits for nobody.
inline constexpr std::uint64_t kBodyEnds = 1;

// The operand of a yield in a long computation on plain variables (memory/access.cc). By graph there are no others.
inline constexpr std::uint64_t kPlainLoop = 1;

// choose_by_graph() is a choice of the current thread alone, by graph; !may_be_yes: it is asked, but the answer is always no.
bool choose_by_graph(model::ChoiceKind kind, bool may_be_yes, std::uint64_t pc);

// Would some other thread be able to run if the current one blocked (spurious wake-ups not counted)?
bool another_can_run();

// Could t run now, not counting spurious wake-ups?
bool can_go_on(const Thread &t);

// stuck.cc: of a livelock: adds those who go round in loops, and then those who are blocked.
void add_all(model::FindingRecord &f, bool (*goes_round)(const Thread &));

// stuck.cc: nobody can run and no deadline is pending; the step budget is used up.
[[noreturn]] void end_stuck();
[[noreturn]] void end_out_of_steps();

// record.cc
void record_event(Thread &t, const Operation &op, std::uint64_t value, unsigned flags);

}  // namespace interleave::runtime
