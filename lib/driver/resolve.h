// From a recorded execution to a report::Finding: names for addresses, lines for stacks, and which
// steps matter. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "driver/names.h"
#include "report/finding.h"

namespace interleave::driver {

// resolve() fills in all that follows from the record and the recording; not schedule, test,
// counts, commands.
report::Finding resolve(const model::FindingRecord &record, AddressBook &book);

// mark_steps() decides why each step is shown (report::Why) and counts those that are not. `events`
// runs parallel to the first steps of the finding (steps that stand for no event come after them).
void mark_steps(report::Finding &finding, const model::FindingRecord &record,
                const campaign::Campaign &campaign);

// step_text() is an event in words: "lock mutex_", "load hits → 1".
std::string step_text(const campaign::Event &event, AddressBook &book);

// stale_text() is a sentence about an event that is kStale: "thread 2 at f.cc:20 read the stale value
// 0 of x, written at f.cc:12; 1 at f.cc:31 was already written; nothing orders them."
std::string stale_text(const campaign::Event &event, AddressBook &book);

// order_text() is " (relaxed)"; empty for seq_cst, the default.
std::string order_text(model::Order order);

// at_place() is " at f.cc:12"; empty where no place is known.
std::string at_place(const campaign::Event &event, AddressBook &book);

// failure_in_output() finds in a program's output what a test framework or assert() said, with its
// place. False: nothing.
bool failure_in_output(const std::string &output, std::string *message, report::Location *where);

}  // namespace interleave::driver
