// interleave::once_flag and call_once: std's own.
// SPDX-License-Identifier: Apache-2.0
//
// libstdc++'s call_once is one pthread_once, which is the runtime's. A callable that throws leaves
// the flag unset, so that the next caller runs: that is pthread_once's part, which lets the
// exception pass and resets itself.
#pragma once

#include <mutex>

namespace interleave {

using std::call_once;
using std::once_flag;

}  // namespace interleave
