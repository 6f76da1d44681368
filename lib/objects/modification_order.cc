// Modification order: floors, and making room.
// SPDX-License-Identifier: Apache-2.0
#include "objects/modification_order.h"

#include <algorithm>
#include <cstring>

namespace interleave::objects {

// ---- fences -------------------------------------------------------------------------------------

void SeqCstFences::begin(support::Arena &arena) {
  arena_ = &arena;
  fences_ = nullptr;
  count_ = capacity_ = 0;
  all_ = {};
}

void SeqCstFences::add(model::ThreadId t, const detect::Clocks &clocks) {
  if (count_ == capacity_) {
    capacity_ = capacity_ == 0 ? 8 : capacity_ * 2;
    Fence *larger = arena_->take_array<Fence>(capacity_);
    if (count_ != 0) std::memcpy(static_cast<void *>(larger), fences_, count_ * sizeof *fences_);
    fences_ = larger;
  }
  Fence &f = fences_[count_++];
  f.epoch = clocks.epoch(t);
  f.before = {};
  f.before.assign(all_, *arena_);
  all_.join(clocks.of(t), *arena_);
}

std::uint32_t SeqCstFences::known_to(const detect::Clock &now) const {
  std::uint32_t n = count_;
  while (n > 0 && !now.knows(fences_[n - 1].epoch)) n--;
  return n;
}

// ---- stores -------------------------------------------------------------------------------------

void Store::remember(model::ThreadId t, const detect::Clocks &clocks) {
  for (std::uint32_t i = 0; i < reader_count; i++)
    if (readers[i].thread() == t) return;       // an earlier read happens before this one
  if (reader_count == reader_capacity) {
    const std::uint32_t larger = reader_capacity == 0 ? 4u : reader_capacity * 2u;
    auto *moved = clocks.arena().take_array<detect::Epoch>(larger);
    if (reader_count != 0) std::memcpy(static_cast<void *>(moved), readers, reader_count * sizeof *readers);
    readers = moved;
    reader_capacity = static_cast<std::uint16_t>(larger);
  }
  readers[reader_count++] = clocks.epoch(t);
}

void ModificationOrder::restart(Value value, std::uint32_t bytes, support::Arena &arena) {
  keep_newest();
  if (capacity_ == 0) grow(arena);
  if (made_ == 0) {
    stores_[0].release = {};
    made_ = 1;
  }
  const detect::Clock release = stores_[0].release;
  stores_[0] = {value, {}, release, nullptr, 0, 0, 0, Store::kNoEvent, false, false};
  count_ = 1;
  bytes_ = bytes;
}

// The dropped ones go to the end, where put_after() finds their clocks.
void ModificationOrder::drop_oldest(std::uint32_t n) {
  if (n == 0) return;
  std::rotate(stores_, stores_ + n, stores_ + count_);
  count_ -= n;
}

void ModificationOrder::grow(support::Arena &arena) {
  capacity_ = capacity_ == 0 ? kFirstCapacity : capacity_ * 2;
  Store *moved = arena.take_array<Store>(capacity_);
  if (made_ != 0) std::memcpy(static_cast<void *>(moved), stores_, made_ * sizeof *stores_);
  stores_ = moved;
}

Store &ModificationOrder::put_after(std::uint32_t i) {
  if (count_ == made_) {
    Store &fresh = stores_[made_++];
    fresh.release = {};
    fresh.readers = nullptr;
    fresh.reader_capacity = 0;
  }
  Store &s = stores_[i + 1];
  if (i + 1 != count_) {
    const Store spare = stores_[count_];
    std::memmove(static_cast<void *>(&s + 1), &s, (count_ - i - 1) * sizeof s);
    s = spare;
  }
  count_++;
  s.release.clear();
  s.reader_count = 0;
  s.event = Store::kNoEvent;
  s.is_consumed = false;
  return s;
}

// The first store is there when nothing is known: it is the oldest that is kept.
std::uint32_t ModificationOrder::coherence_floor_of(const detect::Clock &now) const {
  std::uint32_t i = count_ - 1;
  while (i > 0 && !stores_[i].is_known(now)) i--;
  return i;
}

std::uint32_t ModificationOrder::search_floor(const detect::Clock &now, bool is_seq_cst,
                                              const SeqCstFences &fences) const {
  std::uint32_t known = UINT32_MAX;        // fences.known_to(now), looked up when it is needed
  for (std::uint32_t i = count_ - 1; i > 0; i--) {
    const Store &w = stores_[i];
    if (w.is_known(now)) return i;                                      // coherence
    if (is_seq_cst && w.is_seq_cst) return i;                           // [E];scb;[E]
    if (fences.count() == 0) continue;
    if (is_seq_cst && fences.all().knows(w.writer)) return i;           // [E];scb;hb;[F]
    if (known == UINT32_MAX) known = fences.known_to(now);
    if (known == 0) continue;
    if (w.is_seq_cst && w.fences < known) return i;                     // [F];hb;scb;[E]
    if (w.is_known(fences.before(known))) return i;                     // [F];hb;scb;hb;[F], psc_F
  }
  return 0;
}

}  // namespace interleave::objects
