// CHECK: an invariant of ours, on in every build.
// SPDX-License-Identifier: Apache-2.0
//
// A broken invariant means that our verdicts cannot be trusted, so the process ends at once, with the place, the reason
// and what to do. Uses no heap and no stdio (it may run inside the program under test). Exit status 70.
#pragma once

#define CHECK(condition, why) \
  ((condition) ? void() : ::interleave::support::check_failed(__FILE__, __LINE__, #condition, why))

namespace interleave::support {

[[noreturn]] void check_failed(const char *file, int line, const char *condition, const char *why);

// Called, if set, after the message was written: lets the runtime tell the driver before the process ends.
extern void (*check_hook)(const char *message);

}  // namespace interleave::support
