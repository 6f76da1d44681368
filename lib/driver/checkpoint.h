// Checkpoint: what is left of an exhaustive search, as a file in the test's output folder, to go on from with --resume.
// SPDX-License-Identifier: Apache-2.0
//
// Written as a whole every kCheckpointSeconds, on an interrupt and when the time is over; removed when nothing is left. It holds memory of
// the program's processes, so it is of use only to the same build of this tool, with the same program and the same settings, which is
// compared before anything in it is looked at; a sum over all of it finds damage.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "driver/confirm.h"
#include "driver/part.h"
#include "driver/workbench.h"

namespace interleave::driver {

inline constexpr double kCheckpointSeconds = 10;
inline constexpr const char *kCheckpointFile = "checkpoint";

// A finding that is known: it does not come again in what is left.
struct KnownFailure {
  Failure failure;
  std::uint64_t executions = 0;        // the first one with it
  std::vector<std::uint64_t> key;      // failure_key()
};

struct Checkpoint {
  campaign::Caution caution;
  std::uint32_t carriers = 0;
  std::vector<std::uint32_t> places;   // Workbench::places()
  campaign::Progress drained{};        // of what is explored
  std::vector<Part> parts;             // of what is not
  std::vector<KnownFailure> failures;
};

support::Result<void> save_checkpoint(const std::string &path, const Checkpoint &checkpoint, const Program &program, const Test &test,
                                      const ExploreOptions &options);
// Errors: exit status 2, or 6 if the program is another one.
support::Result<Checkpoint> load_checkpoint(const std::string &path, const Program &program, const Test &test,
                                            const ExploreOptions &options);

}  // namespace interleave::driver
