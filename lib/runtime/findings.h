// How the runtime's parts report what is wrong with the program; the basic calls are in execution.h.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "runtime/execution.h"

namespace interleave::runtime {

// end_soft_finding() ends the filling in of a finding that does not end the execution (lock_order, thread_leak, a race under
// --on-race continue): keeps its schedule, and drops it when the campaign knows the same one already.
void end_soft_finding(model::FindingRecord &f);

[[noreturn]] void report_misuse(objects::Misuse misuse, const Operation &op, objects::Object *object);
[[noreturn]] void report_dead_object(const Operation &op, objects::Object *object);

// race_is_known() tells whether this pair of places was reported in this campaign, and remembers it (--on-race continue).
bool race_is_known(const detect::Conflict &conflict);

// publish_execution() copies counters, and when recording the tables, to the campaign's memory.
void publish_execution();

// record.cc
void dump_tables();

}  // namespace interleave::runtime
