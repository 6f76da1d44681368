// The virtual clock: time as the program under control sees it.
// SPDX-License-Identifier: Apache-2.0
//
// execution.now_ns counts from 0 at the beginning of the execution and stands still while anything
// can run: it moves to the earliest deadline when nothing else can, or to one by choice
// (ChoiceKind::timeout). What a thread reads is that plus a microsecond for each time it has read a
// clock: so a thread that only polls the time gets on, its own readings grow, and they depend on
// nothing but the thread's own history and the deadlines that passed. Two threads' readings may
// disagree by their numbers of readings.
#pragma once

#include <time.h>

#include <cstdint>

namespace interleave::runtime {

inline constexpr std::int64_t kNsPerSecond = 1'000'000'000;

// virtual_deadline() converts an absolute time on a clock of the program's to the scale of
// execution.now_ns. Never 0; when the calling thread's time is past it already, a moment that has
// passed for the scheduler too.
std::uint64_t virtual_deadline(const timespec &time, clockid_t clock);
// deadline_after() is the moment a time from now; never 0.
std::uint64_t deadline_after(const timespec &time);
inline bool is_valid(const timespec &t) { return t.tv_nsec >= 0 && t.tv_nsec < kNsPerSecond; }

// read_clock() is what the calling thread sees, in ns of the given clock; every call is a reading.
std::int64_t read_clock(clockid_t clock);
// pass_time_to() moves the clock to a deadline; by graph that of the calling thread alone.
void pass_time_to(std::uint64_t deadline_ns);
// sleep_until() and yield() are visible operations of the calling thread.
void sleep_until(std::uint64_t deadline_ns, std::uint64_t pc);
void yield(std::uint64_t pc);

}  // namespace interleave::runtime
