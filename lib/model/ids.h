// Names of the things an execution is made of: threads, objects, steps.
// SPDX-License-Identifier: Apache-2.0
//
// All of them are functions of the execution's own history (creation order), never of addresses or time: a schedule,
// a fingerprint and a report mean the same on every machine.
#pragma once

#include <cstdint>

namespace interleave::model {

// The n-th thread that the program created; 0 is the thread that began the execution.
using ThreadId = std::uint32_t;
inline constexpr ThreadId kMainThread = 0;
inline constexpr ThreadId kNoThread = UINT32_MAX;
// An execution that creates more threads than this is refused with a sentence. 256 covers every benchmark of the field
// (the largest has 101) and keeps a set of threads at 32 bytes.
inline constexpr ThreadId kMaxThreads = 256;

// The n-th object that the execution touched first.
using ObjectId = std::uint32_t;
inline constexpr ObjectId kNoObject = UINT32_MAX;

// Index of a choice among the choices of one execution: what stands before the letter in a schedule's text.
using Step = std::uint32_t;

// Index into the execution's table of call stacks; 0 is the empty stack.
using StackId = std::uint32_t;

}  // namespace interleave::model
