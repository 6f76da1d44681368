// Start and end of control in this process.
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace interleave::runtime {

// begin_control() puts the calling thread, as thread 0, and all code it will run under control. Once in a process.
void begin_control();

// begin_execution_state() forgets the last execution: objects, clocks, shadow, threads, virtual time.
void begin_execution_state();

// watch_for_exit() makes the program's exit() a scheduling point: what threads that are left do before it may matter. Called when
// the first thread is made, so static objects that exist by then are destroyed after that point. Repeated calls do nothing.
void watch_for_exit();

// end_of_program() is where every controlled program ends: at exit, after the static destructors, or at _exit.
void end_of_program(int status);
[[noreturn]] void end_program_by_itself();    // all that is left are detached threads, blocked for ever

// leave_control() makes this process a plain one (a child that the program forked).
void leave_control();

// True when the driver only wants the names of explore() bodies.
bool is_listing();

}  // namespace interleave::runtime
