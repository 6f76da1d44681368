// Traces: what threads changed in memory that nobody told of, in a process in which they run again and again (by_graph/partial.h).
// SPDX-License-Identifier: Apache-2.0
//
// A thread that begins again finds memory as its earlier life left it, not as it was. That is no matter for its stack and its thread-local
// storage, which begin anew, nor for what the instrumentation tells of; but a generator of random numbers in the C library has gone on, and
// a buffer has filled. So what memory holds before the first of them runs is kept, and compared when the process is left: if anything else
// has changed, what was learnt there is worth nothing.
//
// No traces are: stacks and thread-local storage, what they allocated, memory of the runtime, the dynamic linker's (and the slots where it
// enters a function at its first call), what the kernel writes by itself, and bytes that the program was told to have written to.
//
// Cost: a copy of the pages ever written that are not the runtime's, some ten to twenty; as much to compare them, and a system call.
// Limit: what was changed and changed back is not seen.
#pragma once

namespace interleave::runtime::traces {

// begin() keeps what there is; before any thread but the main one has run. False: that is too much.
bool begin();
// are_none() compares it with what there is now.
bool are_none();

}  // namespace interleave::runtime::traces
