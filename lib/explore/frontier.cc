// The frontier's memory: chunks, numbers in bytes, items that share their beginnings.
// SPDX-License-Identifier: Apache-2.0
#include "explore/frontier.h"

#include <algorithm>
#include <utility>

#include "support/check.h"

namespace interleave::explore {

void *ChunkPool::take() {
  in_use_++;
  if (free_ == nullptr) return memory_.allocate(kBytes);
  void *chunk = free_;
  free_ = *static_cast<void **>(chunk);
  return chunk;
}

void ChunkPool::give_back(void *chunk) {
  in_use_--;
  *static_cast<void **>(chunk) = free_;
  free_ = chunk;
}

void NumberQueue::put(std::uint32_t number) {
  for (; number >= 0x80; number >>= 7) put_byte(static_cast<unsigned char>(number | 0x80));
  put_byte(static_cast<unsigned char>(number));
}

std::uint32_t NumberQueue::get() {
  std::uint32_t number = 0;
  for (unsigned shift = 0;; shift += 7) {
    const unsigned char byte = get_byte();
    number |= static_cast<std::uint32_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return number;
  }
}

void NumberQueue::put_byte(unsigned char byte) {
  if (last_ == nullptr || written_ == sizeof last_->bytes) {
    auto *chunk = static_cast<Chunk *>(pool_->take());
    chunk->next = nullptr;
    if (last_ == nullptr) first_ = chunk;
    else last_->next = chunk;
    last_ = chunk;
    written_ = 0;
  }
  last_->bytes[written_++] = byte;
}

unsigned char NumberQueue::get_byte() {
  CHECK(first_ != last_ || read_ != written_, "reading from an empty queue");
  const unsigned char byte = first_->bytes[read_++];
  if (read_ != sizeof first_->bytes) return byte;
  Chunk *done = first_;
  first_ = done->next;
  if (first_ == nullptr) last_ = nullptr, written_ = 0;
  pool_->give_back(done);
  read_ = 0;
  return byte;
}

Frontier::Frontier(std::pmr::memory_resource &memory, std::uint64_t memory_limit)
    : pool_(memory),
      memory_limit_(memory_limit),
      chunks_(&memory),
      stack_(&memory),
      this_level_(pool_),
      next_level_(pool_) {}

ItemId Frontier::make_item(ItemId parent, const model::Deviation &deviation, bool preempts) {
  if (free_item_ == kNoItem) {
    const auto first = static_cast<ItemId>(chunks_.size() * kItemsPerChunk);
    CHECK(chunks_.size() < kNoItem / kItemsPerChunk, "more schedules waiting than can be numbered");
    chunks_.push_back(static_cast<Item *>(pool_.take()));
    for (ItemId i = 0; i < kItemsPerChunk; i++) {
      item(first + i).parent = i + 1 < kItemsPerChunk ? first + i + 1 : kNoItem;
    }
    free_item_ = first;
  }
  const ItemId id = free_item_;
  Item &made = item(id);
  free_item_ = made.parent;
  made = {parent, deviation.step, deviation.value, static_cast<unsigned>(deviation.kind) & 7u,
          preempts, 1};
  if (parent != kNoItem) refer_to(parent);
  live_items_++;
  return id;
}

void Frontier::refer_to(ItemId id) {
  Item &referred = item(id);
  CHECK(referred.references < (1 << 27) - 1, "too many alternatives in one execution");
  referred.references++;
}

void Frontier::release(ItemId id) {
  while (id != kNoItem) {
    Item &done = item(id);
    if (--done.references != 0) return;
    const ItemId parent = done.parent;
    done.parent = free_item_;
    free_item_ = id;
    live_items_--;
    id = parent;
  }
}

void Frontier::push_root() { stack_.push_back({kNoItem, 1.0}); }

void Frontier::push(ItemId parent, const model::Deviation &deviation, bool preempts,
                    double share) {
  stack_.push_back({make_item(parent, deviation, preempts), share});
}

void Frontier::push_next(ItemId parent, model::Step step, std::uint32_t value) {
  if (pool_.bytes_in_use() >= memory_limit_) {
    // Its share is 0: it is no part of the level that level_done is about.
    push(parent, {step, model::ChoiceKind::thread, value}, true, 0);
    return;
  }
  if (roots_in_group_ == 0) {
    next_level_.put(parent + 1);   // kNoItem becomes 0
    if (parent != kNoItem) refer_to(parent);
    open_step_ = 0;
  }
  roots_in_group_++;
  next_level_.put(step - open_step_ + 1);
  next_level_.put(value);
  open_step_ = step;
}

void Frontier::close_group() {
  if (roots_in_group_ == 0) return;
  next_level_.put(0);
  roots_next_ += roots_in_group_;
  roots_in_group_ = 0;
}

bool Frontier::open_next_level() {
  std::swap(this_level_, next_level_);
  roots_left_ = std::exchange(roots_next_, 0);
  if (roots_left_ != 0) root_share_ = 1.0 / static_cast<double>(roots_left_);
  return roots_left_ != 0;
}

Frontier::Entry Frontier::pop() {
  if (stack_.empty()) return pop_root();
  const Entry entry = stack_.back();
  stack_.pop_back();
  return entry;
}

Frontier::Entry Frontier::pop_root() {
  if (read_ahead_ == 0) {
    read_parent_ = this_level_.get() - 1;
    read_step_ = 0;
    read_ahead_ = this_level_.get();
  }
  read_step_ += read_ahead_ - 1;
  const std::uint32_t value = this_level_.get();
  const ItemId id =
      make_item(read_parent_, {read_step_, model::ChoiceKind::thread, value}, true);
  roots_left_--;
  read_ahead_ = this_level_.get();
  if (read_ahead_ == 0) release(read_parent_);
  return {id, root_share_};
}

std::uint32_t Frontier::path(ItemId id, std::pmr::vector<model::Deviation> *out) const {
  const auto begin = static_cast<std::ptrdiff_t>(out->size());
  std::uint32_t preemptions = 0;
  for (; id != kNoItem; id = item(id).parent) {
    const Item &i = item(id);
    out->push_back({i.step, static_cast<model::ChoiceKind>(i.kind), i.value});
    preemptions += i.preempts;
  }
  std::reverse(out->begin() + begin, out->end());
  return preemptions;
}

}  // namespace interleave::explore
