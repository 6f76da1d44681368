// The text report: what people read in a terminal, at most 80 columns wide by default.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "report/columns.h"
#include "report/result.h"

namespace interleave::report {

// "queue_test: 3 tests, bound 2, SC memory model"
std::string header_line(const RunResult &run, std::size_t tests);

// One line for a test: verdict, name, what was covered, time. `name_width`: columns for names,
// equal for all lines of a run.
std::string verdict_line(const TestResult &test, int name_width, const TextOptions &options);
int name_width(const std::vector<std::string> &names);

// coverage_text() is what may be claimed: "all 1,204 executions with ≤2 preemptions", "... — NOT
// exhaustive".
std::string coverage_text(const TestResult &test);

// A finding with its accesses, trace, explanation and replay command.
std::string finding_text(const Finding &finding, const TextOptions &options);

// The end of the report: counts, what "all" means, and the SUMMARY line of the first finding.
std::string summary_text(const RunResult &run, const TextOptions &options);

// "data race queue.h:48 in Queue::close()"
std::string summary_of(const Finding &finding);

// wrap() breaks text at blanks; lines after the first begin with `indent` blanks.
std::string wrap(const std::string &text, int width, int indent);

}  // namespace interleave::report
