// Shadow memory: pages, their table, and the blocks that records need beyond their own size.
// SPDX-License-Identifier: Apache-2.0
#include "detect/shadow.h"

#include <bit>
#include <cstddef>
#include <cstring>

#include "support/check.h"

namespace interleave::detect {
namespace {

constexpr std::size_t kChunkBytes = std::size_t{64} << 10;
constexpr std::size_t kHeaderBytes = offsetof(History, entries);
// A thread has at most one live entry of each kind of access (a later one covers it), so the
// largest block suffices.
static_assert(kHeaderBytes + 4 * model::kMaxThreads * sizeof(Entry) <= std::size_t{64}
                                                                           << (Pool::kClasses - 1));
static_assert(4 * sizeof(Record) == std::size_t{64} << Pool::kSplitClass);
static_assert((std::size_t{64} << (Pool::kClasses - 1)) < kChunkBytes);

std::uint32_t capacity(std::uint32_t block_class) {
  return static_cast<std::uint32_t>(((std::size_t{64} << block_class) - kHeaderBytes) /
                                    sizeof(Entry));
}

}  // namespace

void Pool::begin(support::Arena &arena) {
  if (arena_ != &arena) first_ = nullptr;
  arena_ = &arena;
  current_ = first_;
  used_ = sizeof(Block) * 8;  // the Chunk's place; keeps blocks aligned to 64
  for (Block *&head : free_) head = nullptr;
}

void *Pool::take(std::uint32_t block_class) {
  if (Block *block = free_[block_class]) {
    free_[block_class] = block->next;
    return block;
  }
  return take_fresh(std::size_t{64} << block_class);
}

void *Pool::take_fresh(std::size_t bytes) {
  if (current_ == nullptr || used_ + bytes > kChunkBytes) {
    Chunk *next = current_ == nullptr ? first_ : current_->next;
    if (next == nullptr) {
      next = static_cast<Chunk *>(arena_->take(kChunkBytes, 64));
      next->next = nullptr;
      (current_ == nullptr ? first_ : current_->next) = next;
    }
    current_ = next;
    used_ = sizeof(Block) * 8;
  }
  void *block = reinterpret_cast<char *>(current_) + used_;
  used_ += bytes;
  return block;
}

void Pool::give_back(void *block, std::uint32_t block_class) {
  Block *freed = static_cast<Block *>(block);
  freed->next = free_[block_class];
  free_[block_class] = freed;
}

History *Pool::make_history() {
  History *h = static_cast<History *>(take(0));
  h->size = 0;
  h->block_class = 0;
  return h;
}

History *Pool::copy_history(const History &h) {
  void *copy = take(h.block_class);
  std::memcpy(copy, &h, kHeaderBytes + h.size * sizeof(Entry));
  return static_cast<History *>(copy);
}

History *Pool::append(History *h, Entry e) {
  if (h->size == capacity(h->block_class)) {
    CHECK(h->block_class + 1 < kClasses, "a race record outgrew its threads");
    void *larger = take(h->block_class + 1);
    std::memcpy(larger, h, kHeaderBytes + h->size * sizeof(Entry));
    drop_history(h);
    h = static_cast<History *>(larger);
    h->block_class++;
  }
  h->entries[h->size++] = e;
  return h;
}

void PageTable::begin(support::Arena &arena) {
  if (arena_ != &arena) {
    arena_ = &arena;
    root_ = arena.take_array<Middle *>(kFanout);
    generation_ = 0;
  }
  generation_++;  // 32 bits last for four thousand million executions of one process
  for (Recent &r : recent_) r.number = UINT64_MAX;
}

// empty() forgets what an older generation wrote; its blocks went with the Pool's begin().
void PageTable::empty(Page &page) {
  for (std::uint64_t word = 0; word < kCells / 64; word++) {
    for (std::uint64_t bits = page.touched[word]; bits != 0; bits &= bits - 1) {
      Record *pair = page.pair(word * 64 + static_cast<std::uint64_t>(std::countr_zero(bits)));
      pair[0] = pair[1] = Record();
    }
    page.touched[word] = 0;
  }
  page.base = Record();
}

Page &PageTable::activate_without_records(std::uint64_t number) {
  number %= kFanout * kFanout * kFanout;  // addresses have 48 bits
  Middle *&middle = root_[number / kFanout / kFanout];
  if (middle == nullptr) middle = arena_->take_array<Middle>(1);
  Leaf *&leaf = middle->leaves[number / kFanout % kFanout];
  if (leaf == nullptr) leaf = arena_->take_array<Leaf>(1);
  Page *&page = leaf->pages[number % kFanout];
  if (page == nullptr) {
    page = arena_->take_array<Page>(1);
    leaf->used[number % kFanout / 64] |= std::uint64_t{1} << (number % 64);
  }
  if (page->generation != generation_) {
    empty(*page);
    page->generation = generation_;
  }
  return *page;
}

Page &PageTable::activate_slowly(std::uint64_t number) {
  Page &page = activate_without_records(number);
  if (page.records == nullptr) {
    page.records = static_cast<Record *>(arena_->take(2 * kCells * sizeof(Record), kPageBytes));
  }
  recent_[number % kRecent] = {number, page.records, &page, 0};
  return page;
}

Page *PageTable::next_active(std::uint64_t *number, std::uint64_t end) const {
  constexpr std::uint64_t kPages = kFanout * kFanout * kFanout;
  if (end > kPages) end = kPages;
  std::uint64_t n = *number;
  while (n < end) {
    const Middle *middle = root_[n / kFanout / kFanout];
    const Leaf *leaf = middle == nullptr ? nullptr : middle->leaves[n / kFanout % kFanout];
    if (leaf == nullptr) {
      const std::uint64_t step = middle == nullptr ? kFanout * kFanout : kFanout;
      n = (n / step + 1) * step;
      continue;
    }
    const std::uint64_t used = leaf->used[n % kFanout / 64] >> (n % 64);
    if (used == 0) {
      n = (n / 64 + 1) * 64;
      continue;
    }
    n += static_cast<std::uint64_t>(__builtin_ctzll(used));
    if (n >= end) break;
    Page *page = leaf->pages[n % kFanout];
    if (page->generation == generation_) {
      *number = n;
      return page;
    }
    n++;
  }
  return nullptr;
}

}  // namespace interleave::detect
