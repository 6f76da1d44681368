// The deterministic heap: slices, size classes, the table of blocks.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/memory/heap.h"

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cstring>

namespace interleave::runtime {
namespace {

constexpr std::uint64_t kHeader = 16;          // before each block: the index of its entry
constexpr std::uint64_t kFirstSliceBytes = std::uint64_t{1} << 36,
                        kLeastSliceBytes = std::uint64_t{1} << 24;
// Far from where the kernel puts programs, their brk heaps, libraries and stacks. Only convenient:
// no result depends on it.
constexpr std::uint64_t kWantedBase = 0x6a0000000000;
constexpr std::uint64_t kTablePart =
    16;       // 1/16 of a slice is the table: enough for blocks of 512 bytes in the mean
constexpr std::uint64_t kMostCapacity = (std::uint64_t{1} << 48) - 1;  // bits of Entry::capacity
constexpr std::uint64_t kSmall =
    1024;  // up to here a class every 16 bytes, above four for each power of two
constexpr std::uint32_t kClasses = kSmall / 16 + 4 * 30;

struct SizeClass {
  std::uint32_t index;
  std::uint64_t capacity;
};

SizeClass class_of(std::uint64_t size) {
  if (size <= kSmall) {
    std::uint64_t units = size == 0 ? 1 : (size + 15) / 16;
    return {static_cast<std::uint32_t>(units - 1), units * 16};
  }
  const int power = 63 - std::countl_zero(size - 1);  // 2^power < size <= 2^(power + 1)
  std::uint64_t step = std::uint64_t{1} << (power - 2);
  std::uint64_t quarter = (size - (std::uint64_t{1} << power) + step - 1) / step;  // 1..4
  auto index = static_cast<std::uint32_t>(kSmall / 16) +
               static_cast<std::uint32_t>(power - 10) * 4 + static_cast<std::uint32_t>(quarter - 1);
  return {index, (std::uint64_t{1} << power) + quarter * step};
}

}  // namespace

// The beginning of a slice; the table follows, then the blocks.
struct Heap::Slice {
  std::uint64_t next;  // where the next fresh block may begin (its header)
  std::uint64_t end;
  std::uint64_t count;  // entries
  std::uint64_t most;  // entries there is room for
  // Where this execution began, and how many of its blocks are live.
  std::uint64_t mark_next, mark_count, live;
  struct List {
    std::uint32_t first, last;  // index + 1; 0: empty
  } free_blocks[kClasses];
  Entry entries[1];  // more follow
};

bool Heap::reserve() {
  for (std::uint64_t slice_bytes = kFirstSliceBytes; slice_bytes >= kLeastSliceBytes;
       slice_bytes /= 4) {
    const std::uint64_t bytes = slice_bytes * model::kMaxThreads;
    constexpr int kFlags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    void *at = mmap(reinterpret_cast<void *>(kWantedBase), bytes, PROT_READ | PROT_WRITE,
                    kFlags | MAP_FIXED_NOREPLACE, -1, 0);
    if (at == MAP_FAILED) at = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, kFlags, -1, 0);
    if (at == MAP_FAILED) continue;
    madvise(at, bytes,
            MADV_NOHUGEPAGE);  // a worker that touches 64 bytes must not get 2 MiB zeroed
    base_ = reinterpret_cast<std::uint64_t>(at);
    size_ = bytes;
    slice_bytes_ = slice_bytes;
    return true;
  }
  return false;
}

void Heap::start(Slice &s) {
  const std::uint64_t begin = reinterpret_cast<std::uint64_t>(&s);
  const std::uint64_t table_end = begin + table_bytes();
  s.most = (table_end - reinterpret_cast<std::uint64_t>(s.entries)) / sizeof(Entry);
  s.next = s.mark_next = table_end;
  s.end = begin + slice_bytes_;
}

Heap::Entry *Heap::take_free(Slice &s, std::uint32_t size_class, std::uint64_t align) {
  Slice::List &list = s.free_blocks[size_class];
  if (list.first == 0) return nullptr;
  Entry *e = &s.entries[list.first - 1];
  if (e->begin % align != 0) return nullptr;
  list.first = e->next_free;
  if (list.first == 0) list.last = 0;
  return e;
}

Heap::Entry *Heap::take_fresh(Slice &s, model::ThreadId t, std::uint64_t capacity,
                              std::uint64_t align) {
  const std::uint64_t begin = (s.next + kHeader + align - 1) & ~(align - 1);
  if (s.count == s.most || begin > s.end || capacity > s.end - begin) return nullptr;
  Entry *e = &s.entries[s.count];
  *e = {};
  e->begin = begin;
  e->capacity = capacity & kMostCapacity;
  e->owner = t & 0x7fff;
  std::memcpy(reinterpret_cast<void *>(begin - kHeader), &s.count, sizeof s.count);
  s.count++;
  s.next = begin + capacity;
  return e;
}

Heap::Entry *Heap::allocate(model::ThreadId t, std::uint64_t size, std::uint64_t align, bool zeroed,
                            bool *is_reused) {
  if (size > slice_bytes_) return nullptr;
  Slice &s = *slice(t);
  if (s.end == 0) start(s);
  if (t >= used_) used_ = t + 1;
  const SizeClass c = class_of(size);
  *is_reused = false;
  Entry *e = nullptr;
  if (s.next - s.mark_next >= kReuseAfter) e = take_free(s, c.index, align);
  if (e) *is_reused = true;
  else e = take_fresh(s, t, c.capacity, align);
  if (!e && (e = take_free(s, c.index, align))) *is_reused = true;
  if (!e) return nullptr;
  e->size = size;
  e->is_live = 1;
  e->next_free = 0;
  e->stack = 0;
  s.live++;
  if (zeroed && *is_reused) std::memset(reinterpret_cast<void *>(e->begin), 0, size);
  return e;
}

void Heap::free(model::ThreadId by, Entry *e) {
  Slice &s = *slice_of(e->begin);
  e->is_live = 0;
  const auto index = static_cast<std::uint64_t>(e - s.entries);
  if (index < s.mark_count)
    return;  // older than this execution: the next one must find the same heap
  s.live--;
  if (e->owner != by) return;
  Slice::List &list = s.free_blocks[class_of(e->capacity).index];
  const auto id = static_cast<std::uint32_t>(index + 1);
  if (list.last == 0) list.first = id;
  else s.entries[list.last - 1].next_free = id;
  list.last = id;
}

void Heap::revive(Entry *e) {
  Slice &s = *slice_of(e->begin);
  e->is_live = 1;
  if (static_cast<std::uint64_t>(e - s.entries) >= s.mark_count) s.live++;
}

bool Heap::resize_in_place(Entry *e, std::uint64_t size) {
  if (size > e->capacity) return false;
  e->size = size;
  return true;
}

Heap::Entry *Heap::find(std::uint64_t address) {
  Slice &s = *slice_of(address);
  if (s.end == 0 || address < s.entries[0].begin || address >= s.next) return nullptr;
  std::uint64_t index;
  std::memcpy(&index, reinterpret_cast<void *>(address - kHeader), sizeof index);
  if (index < s.count && s.entries[index].begin == address) return &s.entries[index];
  Entry *e = around(address);  // the program may have written over the header
  return e && e->begin == address ? e : nullptr;
}

// Fresh blocks are taken upwards, so the table is sorted.
Heap::Entry *Heap::around(std::uint64_t address) {
  if (!contains(address)) return nullptr;
  Slice &s = *slice_of(address);
  std::uint64_t low = 0, high = s.count;
  while (low < high) {
    const std::uint64_t middle = (low + high) / 2;
    if (s.entries[middle].begin <= address) low = middle + 1;
    else high = middle;
  }
  if (low == 0) return nullptr;
  Entry *e = &s.entries[low - 1];
  return address - e->begin < e->capacity ? e : nullptr;
}

std::uint64_t Heap::table_bytes() const { return slice_bytes_ / kTablePart; }

std::uint64_t Heap::fresh_begin(model::ThreadId t) const {
  const Slice &s = *slice(t);
  return s.end == 0 ? reinterpret_cast<std::uint64_t>(&s) : s.next;
}

void Heap::for_each_part(void (*f)(void *, std::uint64_t, std::uint64_t), void *context) const {
  constexpr std::uint64_t kBeyond = 4096;      // what a program writes past its last block
  for (std::uint32_t i = 0; i < used_; i++) {
    const Slice &s = *slice(i);
    if (s.end == 0) continue;
    const std::uint64_t begin = reinterpret_cast<std::uint64_t>(&s);
    f(context, begin, reinterpret_cast<std::uint64_t>(&s.entries[s.count + 1]));
    f(context, begin + table_bytes(), std::min(s.next + kBeyond, s.end));
  }
}

// Zeroes memory without making pages of much that was never touched.
void Heap::wipe(std::uint64_t begin, std::uint64_t end) {
  constexpr std::uint64_t kMuch = std::uint64_t{256} << 10, kPage = 4096;
  if (end - begin > kMuch) {
    const std::uint64_t first = (begin + kPage - 1) & ~(kPage - 1), last = end & ~(kPage - 1);
    if (madvise(reinterpret_cast<void *>(first), last - first, MADV_DONTNEED) == 0) {
      std::memset(reinterpret_cast<void *>(begin), 0, first - begin);
      begin = last;
    }
  }
  std::memset(reinterpret_cast<void *>(begin), 0, end - begin);
}

void Heap::begin_execution() {
  for (std::uint32_t i = 0; i < used_; i++) {
    Slice &s = *slice(i);
    if (s.end == 0) continue;
    if (s.live == 0) {
      wipe(s.mark_next, s.next);
      s.next = s.mark_next;
      s.count = s.mark_count;
    } else {
      s.mark_next = s.next;
      s.mark_count = s.count;
      s.live = 0;
      has_moved_ |= begun_ >= 2;
    }
    std::memset(s.free_blocks, 0, sizeof s.free_blocks);
  }
  begun_++;
}

}  // namespace interleave::runtime
