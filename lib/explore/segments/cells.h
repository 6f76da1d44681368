// Cells: the plain memory that threads touch, eight bytes at a time, and which of it they share.
// SPDX-License-Identifier: Apache-2.0
//
// A cell is *shared* once two threads have touched it, in whatever executions, and one of them wrote: only then can what
// a thread does depend on what another one did there. What a thread only touches before it creates another one, and then only that
// one, is handed over, not shared: it is a function of the creator's history (all arguments of threads are passed so). Memory that an
// atomic object or a lock lies in is touched by its operations.
//
// Everything that is known of cells only grows, over all executions of a campaign.
#pragma once

#include <cstdint>
#include <memory_resource>
#include <vector>

#include "explore/graph/location_table.h"
#include "model/ids.h"

namespace interleave::explore::segments {

using model::ThreadId;

enum class Access : std::uint8_t { read, write, end_of_life, atomic };

// All bits of the bytes whose bits `mask` has.
constexpr std::uint64_t bytes_of(std::uint8_t mask) {
  const std::uint64_t spread = mask * 0x0101010101010101u & 0x8040201008040201u;       // in byte i: bit i, or 0
  return (((spread + 0x7f7f7f7f7f7f7f7fu) | spread) >> 7 & 0x0101010101010101u) * 0xff;
}
static_assert(bytes_of(0x81) == 0xff000000000000ff && bytes_of(0x36) == 0x0000ffff00ffff00);

// The mask of the bytes in which a and b differ.
constexpr std::uint8_t different_bytes(std::uint64_t a, std::uint64_t b) {
  std::uint8_t mask = 0;
  for (int i = 0; i < 8; i++) mask |= static_cast<std::uint8_t>(((a ^ b) >> 8 * i & 0xff) != 0) << i;
  return mask;
}

struct Cell {
  std::uint64_t address = 0;
  std::uint64_t initial = 0;         // old cells: what is there when the first thread is created
  std::uint64_t value = 0;           // what was there when the present segment began
  std::uint64_t accessors = 0, writers = 0;      // sets of threads
  ThreadId first = model::kNoThread;             // the first of the accessors,
  std::uint32_t creations = 0;                   // and how many threads it had created, at most, when it touched the cell
  // By byte: who touched it plainly first, or changed it where we do not look (1 + the thread, 0: nobody); the bytes that others did it to,
  // too; and the bytes that were changed where we do not look.
  std::uint8_t toucher[8] = {};
  std::uint8_t touched_by_more = 0, strange = 0;
  std::uint64_t operated = 0;                    // the last execution with an operation on it
  std::uint32_t segment = 0;
  std::uint8_t read = 0, written = 0;            // bytes, in that segment
  bool has_ended = false;                        // freed in that segment
  std::uint8_t atomic = 0, plain_read = 0;       // bytes, ever
  // Of an old cell: bytes whose initial value somebody used, ever, and bytes whose initial value is not always the same, as bodies leave things
  // behind. Where the two meet, what threads do follows from more than is known.
  std::uint8_t initial_used = 0, unsettled = 0;
  std::uint64_t fresh_in = 0;                    // the last execution that wrote it,
  std::uint8_t fresh = 0;                        // the bytes written in that one,
  std::uint8_t found_initial = 0;                // and bytes found, in a partial execution's segment, that nobody had written
  std::uint8_t touched = 0;                      // bytes that the program used, ever: the others are padding, or nobody's yet
  bool is_old = false;               // older than the first thread created
  bool is_shared = false;
  std::uint8_t told = 0;             // bytes that threads other than the main one wrote to, as was told, or that were put in place for one
};

class Cells {
 public:
  static constexpr std::size_t kMost = std::size_t{1} << 15;

  explicit Cells(std::pmr::memory_resource &memory) : index_(memory), cells_(&memory) {}

  // at() is the cell of the eight bytes at `address`, a new one if need be. There must be fewer than kMost.
  std::uint32_t index_of(std::uint64_t address) {
    const std::uint32_t index = index_.index_of(address | 1);      // 0 is no name
    if (index == cells_.size()) cells_.push_back({.address = address});
    return index;
  }
  // find() is the cell at an address, or null.
  const Cell *find(std::uint64_t address) const {
    const std::uint32_t *index = index_.find(address | 1);
    return index ? &cells_[*index] : nullptr;
  }
  auto begin() { return cells_.begin(); }
  auto end() { return cells_.end(); }
  Cell &operator[](std::uint32_t index) { return cells_[index]; }
  const Cell &operator[](std::uint32_t index) const { return cells_[index]; }
  std::size_t size() const { return cells_.size(); }

 private:
  graph::LocationTable index_;
  std::pmr::vector<Cell> cells_;
};

}  // namespace interleave::explore::segments
