// The exit statuses of `interleave`.
// SPDX-License-Identifier: Apache-2.0
//
// Frozen: tests/cli/exit_codes.sh holds each of them.
#pragma once

#include <string>
#include <utility>

#include "support/error.h"

namespace interleave::support {

enum class Exit : int {
  ok = 0,       // no finding within the stated bounds
  finding = 1,  // at least one finding, also when then interrupted
  usage = 2,    // bad flag, environment, malformed schedule text
  untestable =
      3,  // program missing, not executable, not instrumented, other version of the runtime
  nothing_tested = 4,  // no test matched, or none reached a scheduling point
  incomplete = 5,      // and --require-complete
  diverged = 6,        // a schedule cannot be followed, or two executions of one schedule differ
  internal = 70,
  interrupted = 130,  // SIGINT without a finding
  terminated = 143,   // SIGTERM without a finding
};

// error() is fail() with the status by name.
inline tl::unexpected<Error> error(Exit exit, std::string message, std::string hint = {}) {
  return fail(std::move(message), std::move(hint), static_cast<int>(exit));
}

}  // namespace interleave::support
