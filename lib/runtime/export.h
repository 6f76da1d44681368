// INTERLEAVE_EXPORT: marks what the program under test may call, knowing it or not.
// SPDX-License-Identifier: Apache-2.0
//
// The runtime is compiled with hidden visibility and its archive keeps only these names global, so
// that nothing of ours can be mixed up with a name of the program's.
#pragma once

#define INTERLEAVE_EXPORT extern "C" __attribute__((visibility("default")))

// The return address of the interposed function: where the program made the call.
#define INTERLEAVE_CALLER() reinterpret_cast<std::uint64_t>(__builtin_return_address(0))
