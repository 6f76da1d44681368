// Bodies of which most executions are to be recalled; instrumented.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

namespace native {

struct Recallable {
  const char *name;
  void (*body)();
  std::uint64_t executions;
  bool is_sc;
};
std::span<const Recallable> recallable();

struct Count {
  std::uint64_t executions, recalled;
  bool is_clean;
};
Count count(const Recallable &r, bool run_all);

}  // namespace native
