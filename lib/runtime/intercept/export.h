// INTERLEAVE_EXPORT: marks what the program under test may call, knowing it or not.
// SPDX-License-Identifier: Apache-2.0
//
// The runtime is compiled with hidden visibility and its archive keeps only these names global, so
// that nothing of ours can be mixed up with a name of the program's.
#pragma once

#include <cstdint>

#define INTERLEAVE_EXPORT extern "C" __attribute__((visibility("default")))

// The return address of the interposed function: where the program made the call.
#define INTERLEAVE_RETURN_ADDRESS() reinterpret_cast<std::uint64_t>(__builtin_return_address(0))

// The same in functions that are operations, which also tell how far down the program's stack goes: what lies below is ours while the
// operation lasts (exhaustive.cc).
#define INTERLEAVE_CALLER() interleave::runtime::called_from(INTERLEAVE_RETURN_ADDRESS(), __builtin_frame_address(0))

namespace interleave::runtime {

extern std::uint64_t stack_in_use;     // the lowest address in use by the program at its last call of an operation; 0: not known

inline std::uint64_t called_from(std::uint64_t return_address, const void *frame) {
  stack_in_use = reinterpret_cast<std::uint64_t>(frame) + 2 * sizeof(void *);      // above the saved frame pointer and the return address
  return return_address;
}

}  // namespace interleave::runtime
