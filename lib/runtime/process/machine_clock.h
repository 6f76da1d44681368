// machine_ns() is the machine's monotonic clock, in ns, which no program sees: for time limits.
// SPDX-License-Identifier: Apache-2.0
//
// By way of the C library, which asks the kernel only where the processor cannot tell: some 50 ns.
#pragma once

#include <time.h>

#include <cstdint>

#include "runtime/intercept/real.h"

namespace interleave::runtime {

inline std::int64_t machine_ns() {
  timespec now{};
  real::clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1'000'000'000ll + now.tv_nsec;
}

}  // namespace interleave::runtime
