// Shadow memory of the race detector: records of accesses, found by address.
// SPDX-License-Identifier: Apache-2.0
//
// A *record* is the history of some bytes of one *cell* (eight aligned bytes): those that have had
// the same accesses. A byte mask says which. The records of a cell have disjoint masks; each *half*
// of a cell has one record inline, so two ints cost no more than one long; when a half needs two
// (chars, unaligned fields), it is *split* into four, one for each byte that is the lowest of a
// mask. 4 KiB of program memory are a *page*: 512 cells of two inline records.
//
// A record is *simple* while all its accesses were ordered and plain: the epochs of the last write
// and read. Otherwise it is *full*: a list of entries, one for each access that a later one might
// have to be compared with. *Freed* bytes have only their free. Both words of a simple record hold
// the mask beside the epoch, so "this thread accessed just these bytes since its last release" is
// one comparison of 64 bits.
//
// A page also has a *base* record: the history of all its cells that are not *touched*. A range
// that covers a page (memset, free) changes the base and the touched cells only.
//
// Memory: 32 KiB of address space a page, of which the kernel backs what is touched: 8 bytes a
// byte. Nothing is given back; begin() raises a generation, and a page of an older one is emptied
// when it is next used.
#pragma once

#include <cstdint>

#include "model/ids.h"
#include "support/arena.h"

namespace interleave::detect {

// What an access does to the bytes.
enum class Use : std::uint8_t { plain_write, atomic_write, plain_read, atomic_read, free };

// One byte mask of a cell, bit i = byte i.
using Mask = std::uint32_t;

// Layout of Record::write and ::read: time 0..31, thread 32..39, mask 40..47, in `write` flags.
inline constexpr int kThreadShift = 32, kMaskShift = 40;
inline constexpr std::uint64_t kEpochBits = (std::uint64_t{1} << kMaskShift) - 1;
inline constexpr std::uint64_t kMaskBits = std::uint64_t{0xff} << kMaskShift;
inline constexpr std::uint64_t kFull = std::uint64_t{1} << 48;
inline constexpr std::uint64_t kFreed = std::uint64_t{1} << 49;
inline constexpr std::uint64_t kSplit = std::uint64_t{1} << 50;
static_assert(model::kMaxThreads <= 256, "a thread is eight bits of a record's word");

struct Record {
  std::uint64_t write;       // epoch of the last write, mask, flags; 0: no record here
  std::uint64_t read;        // epoch of the last read and mask; 0: none since the write
  std::uint64_t write_site;  // full: the History; split: the four Records
  std::uint64_t read_site;   // full: of the newest read, if `read` is set (newer than its entry's)

  Mask mask() const { return static_cast<Mask>((write & kMaskBits) >> kMaskShift); }
  bool is_full() const { return write & kFull; }
  bool is_freed() const { return write & kFreed; }
  bool is_split() const { return write & kSplit; }
  bool is_simple() const { return !(write & (kFull | kFreed | kSplit)); }
};

// An access of a full record.
struct Entry {
  std::uint64_t word;  // epoch, and Use where the mask would be
  std::uint64_t site;
  Use use() const { return static_cast<Use>(word >> kMaskShift); }
  std::uint64_t epoch() const { return word & kEpochBits; }
};

// The entries of a full record; a block of a Pool.
struct alignas(16) History {
  std::uint32_t size, block_class;
  Entry entries[1];  // more follow
};

// Blocks of 64 << class bytes out of an arena; begin() takes all of them back at once.
class Pool {
 public:
  static constexpr std::uint32_t kClasses = 10;
  void begin(support::Arena &arena);
  void *take(std::uint32_t block_class);
  void give_back(void *block, std::uint32_t block_class);

  static constexpr std::uint32_t kSplitClass = 1;  // four Records
  History *make_history();
  History *copy_history(const History &);
  void drop_history(History *h) { give_back(h, h->block_class); }
  History *append(History *, Entry);  // may move it

 private:
  struct Chunk {
    Chunk *next;
  };
  struct Block {
    Block *next;
  };
  void *take_fresh(std::size_t bytes);

  support::Arena *arena_ = nullptr;
  Chunk *first_ = nullptr, *current_ = nullptr;
  std::size_t used_ = 0;
  Block *free_[kClasses] = {};
};

inline constexpr std::uint64_t kPageBytes = 4096, kCells = 512;

struct alignas(64) Page {
  std::uint64_t touched[kCells / 64];
  Record base;
  Record *records;  // [2 * kCells], null until a cell is touched
  std::uint32_t generation;

  bool is_touched(std::uint64_t cell) const { return touched[cell / 64] >> (cell % 64) & 1; }
  void touch(std::uint64_t cell) { touched[cell / 64] |= std::uint64_t{1} << (cell % 64); }
  Record *pair(std::uint64_t cell) { return records + 2 * cell; }
};

// Pages by number: three levels of 12 bits, with a small direct-mapped cache in front.
class PageTable {
 public:
  // begin() makes all pages empty. The arena's memory must read as zero when first taken.
  void begin(support::Arena &arena);

  // recent() is the inline record where the lowest byte of an access at `address` lives, if its
  // page is in the cache.
  Record *recent(std::uint64_t address) const {
    const Recent &r = recent_[(address / kPageBytes) % kRecent];
    if (r.number != address / kPageBytes) return nullptr;
    return r.records + address % kPageBytes / 4;
  }
  // activate() finds or makes a page of this generation that has records.
  Page &activate(std::uint64_t number) {
    const Recent &r = recent_[number % kRecent];
    return r.number == number ? *r.page : activate_slowly(number);
  }
  Page &activate_without_records(std::uint64_t number);
  // next_active() finds the first page of this generation in [*number, end); null: there is none.
  Page *next_active(std::uint64_t *number, std::uint64_t end) const;

 private:
  static constexpr std::uint64_t kRecent = 64, kFanout = 4096;
  struct Recent {
    std::uint64_t number;
    Record *records;
    Page *page;
    std::uint64_t unused;  // keeps an entry within a cache line
  };
  struct Leaf {
    Page *pages[kFanout];
    std::uint64_t used[kFanout / 64];  // which of them are not null: a stack is 2048 pages, of which few are
  };
  struct Middle {
    Leaf *leaves[kFanout];
  };
  Page &activate_slowly(std::uint64_t number);
  static void empty(Page &page);

  support::Arena *arena_ = nullptr;
  std::uint32_t generation_ = 0;
  Middle **root_ = nullptr;
  alignas(64) Recent recent_[kRecent] = {};
};

}  // namespace interleave::detect
