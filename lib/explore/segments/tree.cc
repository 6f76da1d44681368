// The tables behind the tree of histories.
// SPDX-License-Identifier: Apache-2.0
#include "explore/segments/tree.h"

namespace interleave::explore::segments {
namespace {

constexpr std::size_t kFirstSlots = 1024, kMostSlots = std::size_t{1} << 20;

History hash_of(const graph::Operation &op) {
  History h = after(static_cast<std::uint64_t>(op.kind), op.location);
  h = after(h, op.kind == graph::Kind::load ? 0 : op.operand);
  return after(h, op.expected ^ std::uint64_t{op.step} << 32 ^ static_cast<std::uint64_t>(op.order) << 40);
}

}  // namespace

Tree::Tree(std::pmr::memory_resource &memory)
    : slots_(kFirstSlots, Node{}, &memory), operations_(&memory), buckets_(kFirstSlots, 0, &memory) {}

bool Tree::add(const Node &node) {
  Node &slot = slots_[slot_of(node.history)];
  if (slot.history == node.history) return slot == node;
  slot = node;
  if (++count_ * 2 <= slots_.size()) return true;
  if (slots_.size() == kMostSlots) {
    clear();
    return true;
  }
  std::pmr::vector<Node> old = std::move(slots_);
  slots_ = std::pmr::vector<Node>(old.size() * 2, Node{}, old.get_allocator());
  for (const Node &n : old) {
    if (n.history != 0) slots_[slot_of(n.history)] = n;
  }
  return true;
}

void Tree::clear() {
  std::fill(slots_.begin(), slots_.end(), Node{});
  count_ = 0;
}

std::uint32_t Tree::index_of(const graph::Operation &op) {
  const std::size_t mask = buckets_.size() - 1;
  std::size_t i = hash_of(op) & mask;
  for (; buckets_[i] != 0; i = (i + 1) & mask) {
    if (is_same(operations_[buckets_[i] - 1], op)) return buckets_[i] - 1;
  }
  operations_.push_back(op);
  const auto index = static_cast<std::uint32_t>(operations_.size() - 1);
  buckets_[i] = index + 1;
  if (operations_.size() * 2 <= buckets_.size()) return index;
  buckets_.assign(buckets_.size() * 2, 0);
  for (std::uint32_t k = 0; k < operations_.size(); k++) {
    std::size_t j = hash_of(operations_[k]) & (buckets_.size() - 1);
    while (buckets_[j] != 0) j = (j + 1) & (buckets_.size() - 1);
    buckets_[j] = k + 1;
  }
  return index;
}

}  // namespace interleave::explore::segments
