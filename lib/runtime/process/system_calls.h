// Noticing that the program changed something outside its memory, by a system call.
// SPDX-License-Identifier: Apache-2.0
//
// Executions can follow one another in one process if nothing but memory has to be put back (image.h). Whatever else a program has, a file
// it opened, a mapping, a handler for a signal, it has from the kernel, by a system call. Every one is caught by the kernel's dispatch of
// system calls to user space (prctl(PR_SET_SYSCALL_USER_DISPATCH), Linux 5.11, x86-64): it sends SIGSYS instead of doing what was asked.
// Our own come from one place, which is exempt (raw_syscall.h).
//
// A call that leaves nothing behind (getpid, fstat), and a write to standard output or error, which the driver captures and the server
// puts back, is done by the handler. At any other the process is *marked* and no longer watched, and the call is done as if nothing had
// been: whatever it is, fork, a return from a signal's handler, the program notices nothing.
//
// Cost: a system call that leaves nothing behind takes a signal more, some microseconds; one of ours some nanoseconds.
// Limits: not watched is a program that has SIGSYS blocked, in itself or while a handler of its own runs, or that may use a limited time of
// the processor, which executions in one process would use together. While it is watched, it finds our handler of SIGSYS if it asks.
#pragma once

namespace interleave::runtime::system_calls {

// watch() begins to watch this process; false: the kernel cannot. When the program asks the kernel to end the process, at_exit(status) is
// called in its place, and does not return.
bool watch(void (*at_exit)(int status));
bool is_marked();
// Has the program written to its standard output or error in this execution?
bool has_written();
// note() tells of a call that the program makes through us, from the place that is exempt.
void note(long number, long first, long second);

}  // namespace interleave::runtime::system_calls
