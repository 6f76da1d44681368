// Was the code at an address instrumented?
// SPDX-License-Identifier: Apache-2.0
//
// What threads share is seen only in instrumented code. Where an operation comes from other code (a library with a lock of its own, compiled
// as usual), that code's data may decide what threads do, and nothing may be recalled (explore/segments/recorder.h).
#pragma once

#include <cstdint>

namespace interleave::runtime {

// is_instrumented() looks whether the function that contains `pc` calls __tsan_func_entry before it, as each instrumented function that
// calls anything does. The function's begin is found in its unwind information; without any it counts as not instrumented, and so does
// everything in shared libraries (which call by a table) and elsewhere than on x86-64. Answers are kept: some ns, the first time microseconds.
bool is_instrumented(std::uint64_t pc);

}  // namespace interleave::runtime
