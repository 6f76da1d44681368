// Determinism: what differs from run to run and from machine to machine, made the same.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstddef>

#include "model/ids.h"

namespace interleave::runtime::determinism {

void begin_execution();
// begin_thread() is called when the thread at a place begins again (by_graph/partial.h).
void begin_thread(model::ThreadId place);

// fill() writes the next bytes of the calling thread's fixed pseudo-random stream.
void fill(void *at, std::size_t size);

// The process id that the program sees: one more than the largest that Linux gives out, so it names
// no process by mistake.
inline constexpr pid_t kProcess = 4194304;
pid_t thread_id();
// real_id() turns an id that the program was given into the kernel's; others stay.
pid_t real_id(pid_t id);

}  // namespace interleave::runtime::determinism
