// Test stand-in for the shim.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>

namespace interleave {

struct once_flag : std::once_flag {};
template <class Function, class... Arguments>
void call_once(once_flag &flag, Function &&function, Arguments &&...arguments) {
  std::call_once(flag, function, arguments...);
}

}  // namespace interleave
