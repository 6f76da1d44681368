// The tables behind the tree of histories.
// SPDX-License-Identifier: Apache-2.0
#include "explore/segments/tree.h"

#include <algorithm>
#include <memory>

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
    : chunks_(&memory), slots_(kFirstSlots, Slot{}, &memory), operations_(&memory), buckets_(kFirstSlots, 0, &memory) {}

bool Tree::add(const Node &added) {
  Slot &slot = slots_[slot_of(added.history)];
  if (slot.index != 0) return node(slot.index - 1) == added;
  if (count_ == chunks_.size() * kChunk) make_chunk();
  node(count_++) = added;
  slot = {tag_of(added.history), count_};
  if (std::size_t{count_} * 2 > slots_.size()) grow();
  return true;
}

void Tree::make_chunk() {
  auto *chunk = static_cast<Node *>(chunks_.get_allocator().resource()->allocate(kChunk * sizeof(Node), alignof(Node)));
  std::uninitialized_value_construct_n(chunk, kChunk);
  chunks_.push_back(chunk);
}

void Tree::grow() {
  if (slots_.size() == kMostSlots) return clear();
  slots_.assign(slots_.size() * 2, Slot{});
  for (std::uint32_t i = 0; i < count_; i++) slots_[slot_of(node(i).history)] = {tag_of(node(i).history), i + 1};
}

void Tree::clear() {
  count_ = 0;
  std::fill(slots_.begin(), slots_.end(), Slot{});
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
