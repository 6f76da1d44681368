// What recording offers beyond execution.h.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "runtime/execution.h"

namespace interleave::runtime {

void begin_recording();                       // forgets an earlier recording
void dump_modules();                          // where code lies: what a reader of stacks needs
// calls_here() sets frames to the calling thread's stack, innermost first, beginning with the frame at pc; returns how many there are.
inline constexpr std::uint32_t kMostFrames = 64;
std::uint32_t calls_here(std::uint64_t pc, std::uint64_t (&frames)[kMostFrames]);
model::StackId calls_here_kept(std::uint64_t pc);    // the same, in the campaign's memory

// How far the recording has come; go_back_to() forgets what came later (in the campaign's memory, which forks share).
struct RecordingMark {
  std::uint32_t events, stacks, frames;
};
RecordingMark recording_mark();
void go_back_to(const RecordingMark &mark);
model::StackId stack_of_signal(std::uint64_t pc);   // in a signal handler: the stack of the interrupted code at pc
std::uint32_t fingerprint_of(std::uint64_t operations_hash);   // the four hex digits of a schedule text
model::StackId allocation_stack(std::uint64_t address);        // allocator.cc: of the block it lies in; 0: none

}  // namespace interleave::runtime
