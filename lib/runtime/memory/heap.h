// Heap: memory for the program's malloc, at addresses that repeat in every interleaving.
// SPDX-License-Identifier: Apache-2.0
//
// Every thread has a slice of one large reservation and takes blocks from it upwards. The address
// of its n-th allocation depends on its own earlier allocations and frees, never on what other
// threads did in between: pointer-keyed code behaves the same in every interleaving of an
// execution's threads.
//
// Reuse. A freed block keeps its address to itself while it can, so that a later access is seen to
// be one to freed memory: a thread reuses nothing before it took kReuseAfter bytes (more would be
// paid in memory to be put back, of the heap and eight times as much of the race detector's shadow, and
// where each execution is a process in page faults), and then the blocks *it* freed, by size class, the longest free
// first. Blocks freed by other threads than their owner are never reused. (Nothing is lost for bugs
// that need reuse, as the ABA problem: the free() in them races with an access, and that is seen
// without it.)
//
// Between executions in one process begin_execution() goes back to where the last one began, if
// none of its blocks is live, and the memory is zero again; else the next one's addresses continue after them.
//
// Cost: 16 bytes before each block and 32 in a table. malloc() and free() of 64 bytes take 180 ns
// together under control, two thirds of them for the race detector. Address space: 16 TiB, or what
// the kernel gives.
#pragma once

#include <cstddef>
#include <cstdint>

#include "model/ids.h"

namespace interleave::runtime {

class Heap {
 public:
  struct Entry {
    std::uint64_t begin, size;         // size: as asked for
    std::uint64_t capacity : 48;
    std::uint64_t owner : 15;
    std::uint64_t is_live : 1;
    std::uint32_t next_free;  // index + 1 of the next one in its size class's list; 0: last
    model::StackId stack;  // recording: where it was allocated
  };
  static constexpr std::uint64_t kReuseAfter = std::uint64_t{256} << 10;

  // reserve() takes the address space; false when the kernel gives none.
  bool reserve();
  bool is_reserved() const { return size_ != 0; }
  std::uint64_t begin() const { return base_; }
  std::uint64_t bytes() const { return size_; }
  bool contains(std::uint64_t address) const { return address - base_ < size_; }

  // allocate() returns null when the thread's slice is full. `align` is a power of two >= 16.
  // *is_reused tells whether the memory had another life in this execution.
  Entry *allocate(model::ThreadId t, std::uint64_t size, std::uint64_t align, bool zeroed,
                  bool *is_reused);
  // free() ends the life of a live block; `by` is the thread that does it.
  void free(model::ThreadId by, Entry *entry);
  // revive() takes back the free() of a block by another thread than its owner.
  void revive(Entry *entry);
  // resize_in_place() changes the size of a live block if its room allows.
  static bool resize_in_place(Entry *entry, std::uint64_t size);

  // find() is the block that begins at `address`, live or freed; around() the one that the address
  // lies in. Null: none.
  Entry *find(std::uint64_t address);
  Entry *around(std::uint64_t address);

  // owner_of() is the thread in whose slice the address is.
  model::ThreadId owner_of(std::uint64_t address) const { return static_cast<model::ThreadId>((address - base_) / slice_bytes_); }
  // How much of a slice, from its beginning, is its table of blocks.
  std::uint64_t table_bytes() const;
  // fresh_begin() is where the thread's next fresh block may begin: above lies nothing of it.
  std::uint64_t fresh_begin(model::ThreadId t) const;

  // for_each_part() calls f(context, begin, end) for all memory of ours that may have been written to.
  void for_each_part(void (*f)(void *context, std::uint64_t begin, std::uint64_t end), void *context) const;

  void begin_execution();
  // Did an execution of this process leave blocks behind, so that the addresses of later ones are others?
  bool has_moved() const { return has_moved_; }

 private:
  struct Slice;
  Slice *slice(std::uint64_t index) const {
    return reinterpret_cast<Slice *>(base_ + index * slice_bytes_);
  }
  Slice *slice_of(std::uint64_t address) const { return slice((address - base_) / slice_bytes_); }
  Entry *take_free(Slice &s, std::uint32_t size_class, std::uint64_t align);
  Entry *take_fresh(Slice &s, model::ThreadId t, std::uint64_t capacity, std::uint64_t align);
  void start(Slice &s);
  static void wipe(std::uint64_t begin, std::uint64_t end);

  // Never in reach of contains() before reserve().
  std::uint64_t base_ = 0, size_ = 0, slice_bytes_ = 0;
  std::uint32_t begun_ = 0;  // times that begin_execution() was called: when control begins, before the first execution, after it ...
  bool has_moved_ = false;
  std::uint32_t used_ = 0;  // slices from 0 that were used
};

}  // namespace interleave::runtime
