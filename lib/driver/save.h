// Saving: what a run leaves in its output folder, as it happens, and the command that replays a
// finding. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "driver/explore.h"
#include "driver/workspace.h"
#include "model/schedule.h"
#include "report/result.h"

namespace interleave::driver {

// What a .sched file remembers beside the schedule.
struct SavedSchedule {
  std::vector<std::string> command;  // program as typed, and its arguments
  std::string test;
  std::string test_kind;   // "program", "gtest", "body"
  ExploreOptions options;  // those that shape the choices
  model::Schedule schedule;
};

support::Result<SavedSchedule> read_schedule_file(const std::string &path);

// save_finding() writes N.sched and N.output of the N-th finding, completes finding.schedule.file
// and replay_command, and makes it the one that `interleave replay` replays.
support::Result<void> save_finding(report::Finding &finding, std::size_t number,
                                   const Program &program, const Test &test,
                                   const ExploreOptions &options, const std::string &output,
                                   const TestFolder &folder);

// replay_command() is complete: it can be pasted into another shell in the same folder.
std::string replay_command(const report::Finding &finding, const Program &program, const Test &test,
                           const ExploreOptions &options);

}  // namespace interleave::driver
