// Tree: what threads are known to do next, by what has happened to them.
// SPDX-License-Identifier: Apache-2.0
//
// A *segment* is what a thread does between two of its operations. What it does there is a function of the thread's *history*: of the
// answers its operations got, and of the shared plain memory it read. So a thread is a tree: a node is a history, named by a 64-bit
// hash, and says what comes next: a read of shared plain memory or an operation (the history goes on with the value), a write of
// shared plain memory, or the end.
//
// Two different histories get the same name once in 2^64 pairs; with the half million nodes that there are at most, in
// one campaign of 70 million. A node that is recorded again and differs shows it, or something else that is hidden from us.
#pragma once

#include <cstdint>
#include <memory_resource>
#include <vector>

#include "explore/graph/operation.h"

namespace interleave::explore::segments {

using History = std::uint64_t;

constexpr History after(History h, std::uint64_t word) {
  h = (h ^ word) * 0x9e3779b97f4a7c15u;
  h = (h ^ h >> 32) * 0xd6e8feb86659fd93u;
  return h ^ h >> 29;
}

enum class Next : std::uint8_t {
  read,         // bytes `mask` of cell `index`
  write,        // they become `value`
  end_of_life,  // the memory of cell `index` is freed
  operation,    // `index` among the operations; of a thread's end: `value` is what its join takes over
  exit,         // waits for the end of the other threads
  futile,       // it is where it was before its last operation, a load, and would do that again
  end,          // of the execution
};

struct Node {
  History history = 0;
  std::uint64_t value = 0;
  std::uint32_t index = 0;
  Next next = Next::end;
  std::uint8_t mask = 0;
  friend bool operator==(const Node &, const Node &) = default;
};

// Nodes are kept in the order in which they became known: what a thread does one after the other lies close together. They are made many at a
// time: a process that is put back after each execution has to look for new pages whenever there was a page fault (runtime/process/image.h).
class Tree {
 public:
  // 2^19 nodes at most, 20 MiB: a tree that is full is emptied, and grows again.
  explicit Tree(std::pmr::memory_resource &memory);

  // find() returns null if there is no such node. What it returns stays until clear().
  const Node *find(History history) const {
    const Slot &slot = slots_[slot_of(history)];
    return slot.index != 0 ? &node(slot.index - 1) : nullptr;
  }
  // add() returns false if the history is known to go on in another way.
  bool add(const Node &node);
  void clear();

  // The same operation (but for its initial value) has the same index. Indices stay valid for ever.
  std::uint32_t index_of(const graph::Operation &op);
  const graph::Operation &operation(std::uint32_t index) const { return operations_[index]; }

 private:
  static constexpr std::uint32_t kChunk = 4096;
  struct Slot {
    std::uint32_t tag = 0;         // the history's upper half
    std::uint32_t index = 0;       // the node's number + 1; 0: empty
  };

  static std::uint32_t tag_of(History history) { return static_cast<std::uint32_t>(history >> 32); }
  // The history's slot, or an empty one.
  std::size_t slot_of(History history) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t i = history & mask;
    while (slots_[i].index != 0 && (slots_[i].tag != tag_of(history) || node(slots_[i].index - 1).history != history)) i = (i + 1) & mask;
    return i;
  }
  Node &node(std::uint32_t index) const { return chunks_[index / kChunk][index % kChunk]; }
  void make_chunk();
  void grow();

  std::pmr::vector<Node *> chunks_;
  std::uint32_t count_ = 0;
  std::pmr::vector<Slot> slots_;               // a power of two of them
  std::pmr::vector<graph::Operation> operations_;
  std::pmr::vector<std::uint32_t> buckets_;    // index + 1 into operations_, by hash
};

}  // namespace interleave::explore::segments
