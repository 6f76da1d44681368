// What changes how plain accesses are looked at; they themselves are in execution.h.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "model/ids.h"

namespace interleave::runtime::access {

// While a thread ignores reads (writes), its plain ones are not looked at. Nests.
void ignore(bool reads, bool writes, int change);
bool ignores_writes();

// Happens-before by annotation, on clocks of their own: an address may name a mutex or an atomic as
// well. None is visible to the scheduler.
void annotate_release(std::uint64_t address);
void annotate_acquire(std::uint64_t address);
// Readers of a lock described by annotations: they release to writers only.
void annotate_release_shared(std::uint64_t address);
void annotate_acquire_exclusive(std::uint64_t address);
// The memory ends its life: forgets its annotations.
void forget_annotations(std::uint64_t address, std::uint64_t size);

// Races on this memory are not reported: the program says so. Remembered for the life of the
// process.
void declare_benign(std::uint64_t address, std::uint64_t size);

void begin_execution();
// begin_thread() is called when t begins again (by_graph/partial.h).
void begin_thread(model::ThreadId t);

}  // namespace interleave::runtime::access
