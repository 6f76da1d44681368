// is_audit_due(): what is known is looked at all the same for the 1st, 2nd, 4th, 8th ... time, and then now and then.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace interleave::explore {

inline bool is_audit_due(std::uint64_t count) {
  constexpr std::uint64_t kEvery = 8192;
  return (count & (count - 1)) == 0 || count % kEvery == 0;
}

}  // namespace interleave::explore
