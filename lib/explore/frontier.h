// Frontier: the schedules that are known and have not run yet, by number of preemptions.
// SPDX-License-Identifier: Apache-2.0
//
// A schedule is an Item: its last deviation and the item it extends, 16 bytes, shared by all
// schedules that begin alike and given back when the last of them is done. Items name each other by
// number, so they can be written to a file.
//
// The level that is explored now (schedules with equally many preemptions) is a stack, so that what
// is waiting there stays within depth x alternatives. The next level is as large as this level has
// executions times preemption points: it is kept as groups, one an execution, of variable-length
// bytes (3 a schedule with two threads), and becomes items one at a time, first in first out. Past
// `memory_limit`, next-level schedules go to the stack as well: every schedule still runs exactly
// once and no level is called drained before it is, but later levels are no longer waited for.
//
// All memory comes in chunks of 64 KB which are used again; `memory` gets nothing back.
#pragma once

#include <cstdint>
#include <memory_resource>
#include <vector>

#include "model/choice.h"

namespace interleave::explore {

using ItemId = std::uint32_t;
inline constexpr ItemId kNoItem = UINT32_MAX;

struct Item {
  ItemId parent;                      // kNoItem: the default schedule
  model::Step step;
  std::uint32_t value;
  std::uint32_t kind : 4;
  std::uint32_t preempts : 1;
  std::uint32_t references : 27;      // children, groups, and being pending
};
static_assert(sizeof(Item) == 16);
static_assert(model::kChoiceKinds <= 1 << 4);

// Chunks of one size, taken from `memory` and used again.
class ChunkPool {
 public:
  static constexpr std::size_t kBytes = 64 * 1024;
  explicit ChunkPool(std::pmr::memory_resource &memory) : memory_(memory) {}
  void *take();
  void give_back(void *chunk);
  std::uint64_t bytes_in_use() const { return in_use_ * kBytes; }

 private:
  std::pmr::memory_resource &memory_;
  void *free_ = nullptr;              // each begins with the address of the next
  std::uint64_t in_use_ = 0;
};

// First in, first out, of numbers in as few bytes as they need (LEB128).
class NumberQueue {
 public:
  explicit NumberQueue(ChunkPool &pool) : pool_(&pool) {}
  void put(std::uint32_t number);
  std::uint32_t get();                // needs one to be there

 private:
  struct Chunk {
    Chunk *next;
    unsigned char bytes[ChunkPool::kBytes - sizeof(Chunk *)];
  };
  void put_byte(unsigned char byte);
  unsigned char get_byte();

  ChunkPool *pool_;
  Chunk *first_ = nullptr, *last_ = nullptr;
  std::size_t read_ = 0, written_ = 0;   // within first_, within last_
};

class Frontier {
 public:
  // A pending schedule, with its share of the level (see Bounded, "level_done").
  struct Entry {
    ItemId item;
    double share;
  };

  Frontier(std::pmr::memory_resource &memory, std::uint64_t memory_limit);

  // The default schedule: the only entry of level 0.
  void push_root();

  // Adds to this level `item` extended by a deviation.
  void push(ItemId item, const model::Deviation &deviation, bool preempts, double share);

  // Adds to the next level `item` extended by "thread `value` at `step`" (a preemption). Steps
  // ascend for one item; close_group() follows the item's last one.
  void push_next(ItemId item, model::Step step, std::uint32_t value);
  void close_group();

  bool level_is_empty() const { return stack_.empty() && roots_left_ == 0; }

  // Makes the next level this one. Needs level_is_empty(); false if nothing waits there.
  bool open_next_level();

  // The next schedule of this level; the caller release()s it after it has run. Needs
  // !level_is_empty().
  Entry pop();
  void release(ItemId item);

  // Appends the item's deviations in ascending order; returns how many of them preempt.
  std::uint32_t path(ItemId item, std::pmr::vector<model::Deviation> *out) const;

  std::uint64_t live_items() const { return live_items_; }
  std::uint64_t bytes_in_use() const { return pool_.bytes_in_use(); }

 private:
  static constexpr std::size_t kItemsPerChunk = ChunkPool::kBytes / sizeof(Item);

  Item &item(ItemId id) { return chunks_[id / kItemsPerChunk][id % kItemsPerChunk]; }
  const Item &item(ItemId id) const { return chunks_[id / kItemsPerChunk][id % kItemsPerChunk]; }
  ItemId make_item(ItemId parent, const model::Deviation &deviation, bool preempts);
  Entry pop_root();
  void refer_to(ItemId id);

  ChunkPool pool_;
  std::uint64_t memory_limit_;
  std::pmr::vector<Item *> chunks_;   // items are never moved
  ItemId free_item_ = kNoItem;        // chained by `parent`
  std::uint64_t live_items_ = 0;
  std::pmr::vector<Entry> stack_;

  // A group: parent item, then per schedule its step's distance to the one before plus one (0 ends
  // the group) and its value. The distance is 0 for another thread at the same step.
  NumberQueue this_level_, next_level_;
  std::uint64_t roots_left_ = 0, roots_next_ = 0;
  double root_share_ = 0;
  ItemId read_parent_ = kNoItem;      // of the group being read
  model::Step read_step_ = 0;
  std::uint32_t read_ahead_ = 0;      // the next schedule's distance plus one; 0: between groups
  std::uint32_t roots_in_group_ = 0;  // of the group being written
  model::Step open_step_ = 0;
};

}  // namespace interleave::explore
