// The program's heap under control: what allocating and freeing mean to detectors.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/execution.h"

namespace interleave::runtime {

// Called when control begins and before each further execution in the process.
void allocator_begin_execution();

// Is the address in the heap? If so, in which thread's part? Where does the main thread's part that was never used begin?
bool heap_contains(std::uint64_t address);
model::ThreadId heap_owner(std::uint64_t address);
std::uint64_t heap_top();
// The heap's address space.
std::uint64_t heap_begin();
std::uint64_t heap_bytes();
// Of each thread's part, how much from its beginning is the runtime's own.
std::uint64_t heap_table_bytes();
// for_each_part_of_heap() calls f(context, begin, end) for all memory of the heap that may have been written to.
void for_each_part_of_heap(void (*f)(void *context, std::uint64_t begin, std::uint64_t end), void *context);
// Has memory that an execution did not free moved what later ones allocate?
bool heap_has_moved();

namespace allocator {

// allocate() returns null when there is no memory; `align` is a power of two. Under control only.
void *allocate(std::size_t size, std::size_t align, bool zeroed, std::uint64_t pc);
// free() and resize() take pointers of any heap at any time: blocks of ours and of libc are told
// apart by address.
void free(void *block, std::uint64_t pc);
void *resize(void *block, std::size_t size, std::uint64_t pc);
std::size_t usable_size(void *block);
// revive() makes a block that another thread than its owner has freed be as it was when that thread began (by_graph/partial.h).
void revive(std::uint64_t block);

}  // namespace allocator
}  // namespace interleave::runtime
