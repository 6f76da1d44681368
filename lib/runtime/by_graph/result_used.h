// Whether a caller looks at what a function returns.
// SPDX-License-Identifier: Apache-2.0
//
// A function that returns one thing or another need not have both gone through if nobody looks. That is seen in the instructions after
// the call: unless the register of the result is written before it could be read, it counts as used. Known are the few
// instructions that compilers put before the next call; any other means "used".
//
// Limits: x86-64; elsewhere every result counts as used.
#pragma once

#include <cstdint>

namespace interleave::runtime {

// `pc` is the return address of the call; the result is an integer of at most 64 bits.
bool is_result_used(std::uint64_t pc);

}  // namespace interleave::runtime
