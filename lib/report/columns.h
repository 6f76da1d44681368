// Columns: the trace of a finding as a table, time downwards, one column for each thread.
// SPDX-License-Identifier: Apache-2.0
//
//    step  main            reader                   closer
//    ----  --------------  -----------------------  -----------------------
//       9                  lock mutex_         :30
//      14                  ── preempted ──
//      15                                           write closed_    :48 ◀
//
// The numbers are those of the schedule's text: 14>2 is what the row 14 shows. With more than three
// threads, or when the columns would be too narrow to read, there is one column and the thread's
// name stands before each step.
#pragma once

#include <string>
#include <vector>

#include "report/finding.h"
#include "support/terminal.h"

namespace interleave::report {

struct TextOptions {
  int width = 80;
  bool is_full = false;  // --view full: every step, whole stacks
  support::Paint paint{false};
};

// trace_table() shows the steps that matter (all of them in the full view); empty when there are
// none.
std::string trace_table(const Finding &finding, const TextOptions &options);

}  // namespace interleave::report
