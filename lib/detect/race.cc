// RaceDetector: what an access does to the records it meets.
// SPDX-License-Identifier: Apache-2.0
//
// A Pass is one access on its way over cells and pages. Each record inside it takes the first of
// these that applies:
//   freed                    use after free; nothing changes
//   simple, plain, ordered   FastTrack: the write or the read is replaced
//   everything else          the record becomes full and is compared with each entry; entries that
//                            the new one covers go, the new one is added; back to simple when one
//                            write and one ordered read remain
// Entry e is *covered* by a later n when e happens before n and conflicts with nothing that n does
// not conflict with: a future access unordered with e is then unordered with n too, so its verdict
// does not need e.
//
// A record that an access overlaps in part is cut in two first. Clean writes melt records together
// again.
#include "detect/race.h"

#include <bit>

namespace interleave::detect {
namespace {

constexpr Mask kWholeCell = 0xff;

std::uint64_t mask_bits(Mask mask) { return std::uint64_t{mask} << kMaskShift; }
bool is_read(Use u) { return u == Use::plain_read || u == Use::atomic_read; }
bool is_atomic(Use u) { return u == Use::atomic_write || u == Use::atomic_read; }
bool conflicts(Use now, Use before) {
  return !(is_read(now) && is_read(before)) && !(is_atomic(now) && is_atomic(before));
}
// covers(now, before): every use that conflicts with `before` conflicts with `now`.
bool covers(Use now, Use before) {
  switch (now) {
    case Use::plain_write:
    case Use::free:
      return true;
    case Use::atomic_write:
      return is_atomic(before);
    case Use::plain_read:
      return is_read(before);
    case Use::atomic_read:
      return before == Use::atomic_read;
  }
  return false;
}

History *history(const Record &r) { return reinterpret_cast<History *>(r.write_site); }
Record *quarter(const Record &r) { return reinterpret_cast<Record *>(r.write_site); }

void set_mask(Record &r, Mask mask) {
  r.write = (r.write & ~kMaskBits) | mask_bits(mask);
  if (r.read != 0) r.read = (r.read & kEpochBits) | mask_bits(mask);
}

// mask_within() names the bytes of the cell at address `cell` that lie in [begin, end).
Mask mask_within(std::uint64_t cell, std::uint64_t begin, std::uint64_t end) {
  Mask mask = kWholeCell;
  if (begin > cell) mask &= kWholeCell << (begin - cell);
  if (end < cell + 8) mask &= kWholeCell >> (cell + 8 - end);
  return mask;
}

// ---- the records of one cell --------------------------------------------------------------------

// home() is where a record with the lowest byte of `mask` has to be; another one may be there.
Record &home(Record *pair, Mask mask) {
  const int lowest = std::countr_zero(mask);
  Record &half = pair[lowest / 4];
  return half.is_split() ? quarter(half)[lowest % 4] : half;
}

// put() places a record whose bytes no other record of the cell has.
void put(Record *pair, const Record &record, Pool &pool) {
  const int lowest = std::countr_zero(record.mask());
  Record &half = pair[lowest / 4];
  if (half.write == 0) {
    half = record;
    return;
  }
  if (!half.is_split()) {
    Record *four = static_cast<Record *>(pool.take(Pool::kSplitClass));
    for (int i = 0; i < 4; i++) four[i] = Record();
    four[std::countr_zero(half.mask()) % 4] = half;
    half = {kSplit, 0, reinterpret_cast<std::uint64_t>(four), 0};
  }
  quarter(half)[lowest % 4] = record;
}

// for_each() visits the records of a cell; `visit` must not add or move records.
template <class Visit>
void for_each(Record *pair, Visit visit) {
  for (int h = 0; h < 2; h++) {
    if (pair[h].write == 0) continue;
    if (!pair[h].is_split()) {
      visit(pair[h]);
      continue;
    }
    for (int i = 0; i < 4; i++) {
      if (quarter(pair[h])[i].write != 0) visit(quarter(pair[h])[i]);
    }
  }
}

// take_all() empties a cell into `out` [8] and returns how many records there were.
int take_all(Record *pair, Record *out, Pool &pool) {
  int count = 0;
  for_each(pair, [&](Record &r) { out[count++] = r; });
  for (int h = 0; h < 2; h++) {
    if (pair[h].is_split()) pool.give_back(quarter(pair[h]), Pool::kSplitClass);
    pair[h] = Record();
  }
  return count;
}

void drop(const Record &r, Pool &pool) {
  if (r.is_full()) pool.drop_history(history(r));
}

Record copy(const Record &r, Pool &pool) {
  Record c = r;
  if (r.is_full()) c.write_site = reinterpret_cast<std::uint64_t>(pool.copy_history(*history(r)));
  return c;
}

// erase() takes the bytes of `mask` out of every record.
void erase(Record *pair, Mask mask, Pool &pool) {
  Record records[8];
  const int count = take_all(pair, records, pool);
  for (int i = 0; i < count; i++) {
    const Mask rest = records[i].mask() & ~mask;
    if (rest == 0) {
      drop(records[i], pool);
      continue;
    }
    set_mask(records[i], rest);
    put(pair, records[i], pool);
  }
}

// cut() divides records that are partly inside `mask`.
void cut(Record *pair, Mask mask, Pool &pool) {
  Record records[8];
  const int count = take_all(pair, records, pool);
  for (int i = 0; i < count; i++) {
    const Mask inside = records[i].mask() & mask, outside = records[i].mask() & ~mask;
    if (inside != 0 && outside != 0) {
      Record second = copy(records[i], pool);
      set_mask(second, outside);
      put(pair, second, pool);
      set_mask(records[i], inside);
    }
    put(pair, records[i], pool);
  }
}

void clear_cell(Record *pair, Pool &pool) {
  if (((pair[0].write | pair[1].write) & (kFull | kSplit)) == 0) {
    pair[0] = pair[1] = Record();
    return;
  }
  for_each(pair, [&](const Record &r) { drop(r, pool); });
  for (int h = 0; h < 2; h++) {
    if (pair[h].is_split()) pool.give_back(quarter(pair[h]), Pool::kSplitClass);
    pair[h] = Record();
  }
}

// clear_page() leaves a page without any history.
void clear_page(Page &page, Pool &pool) {
  for (std::uint64_t word = 0; word < kCells / 64; word++) {
    for (std::uint64_t bits = page.touched[word]; bits != 0; bits &= bits - 1) {
      clear_cell(page.pair(word * 64 + static_cast<std::uint64_t>(std::countr_zero(bits))), pool);
    }
    page.touched[word] = 0;
  }
  drop(page.base, pool);
  page.base = Record();
}

// ---- conflicts ----------------------------------------------------------------------------------

// The earlier side of a conflict, as an entry; Conflict::Kind::use_after_free goes with Use::free.
struct Before {
  std::uint64_t word, site;
  Use use() const { return static_cast<Use>(word >> kMaskShift); }
  bool operator==(const Before &) const = default;
};

// Conflicts gathers what one access conflicts with: by byte within a cell, since records come in no
// order there.
struct Conflicts {
  Mask mask = 0;  // of the cell now visited
  Before by_byte[8];
  std::uint64_t begin = 0, end = 0;  // what will be reported; empty: nothing
  Before before;

  bool any() const { return begin != end; }
  void note(Mask bytes, Before b) {
    mask |= bytes;
    for (Mask m = bytes; m != 0; m &= m - 1) by_byte[std::countr_zero(m)] = b;
  }
  void end_cell(std::uint64_t address) {
    for (Mask m = mask; m != 0; m &= m - 1) {
      add(address + static_cast<std::uint64_t>(std::countr_zero(m)), 1,
          by_byte[std::countr_zero(m)]);
    }
    mask = 0;
  }
  void add(std::uint64_t address, std::uint64_t size, Before b) {
    if (!any() || (b.use() == Use::free && before.use() != Use::free)) {
      begin = end = address;
      before = b;
    }
    if (address == end && b == before) end += size;
  }
};

}  // namespace

// ---- one access ---------------------------------------------------------------------------------

// Now is the access being made, with what its thread knows of the others, and its easy cases.
struct RaceDetector::Now {
  const Time *times;  // the clock of the thread
  const std::uint32_t threads;
  const Use use;
  const std::uint64_t epoch;
  const Site site;

  static Now of(const RaceDetector &d, Use use, model::ThreadId t, Site site) {
    return {d.clocks_->of(t).times, d.clocks_->of(t).size, use, d.clocks_->epoch(t).bits, site};
  }
  bool knows(std::uint64_t word) const {
    const std::uint64_t t = word >> kThreadShift & 0xff;
    return static_cast<Time>(word) <= (t < threads ? times[t] : 0);
  }
  bool replaces_all() const { return use == Use::plain_write || use == Use::free; }
  Record written(Mask mask) const {
    return {epoch | mask_bits(mask) | (use == Use::free ? kFreed : 0), 0, site, 0};
  }
  bool replaces(Record &r, Mask mask) const;
  bool begins(Page &page, std::uint64_t cell, Mask mask) const;
};

// replaces() carries out a plain access on a simple record of exactly these bytes if it is ordered
// after what is there.
inline bool RaceDetector::Now::replaces(Record &r, Mask mask) const {
  if ((r.write & ~kEpochBits) != mask_bits(mask) || is_atomic(use)) return false;
  if (!knows(r.write) || !knows(r.read)) return false;
  if (use != Use::plain_read) {
    r = written(mask);
  } else if (r.write != (epoch | mask_bits(mask))) {  // else the write covers it
    r.read = epoch | mask_bits(mask);
    r.read_site = site;
  }
  return true;
}

// begins() carries out a plain access on a cell without any history.
inline bool RaceDetector::Now::begins(Page &page, std::uint64_t cell, Mask mask) const {
  Record *pair = page.pair(cell);
  if ((pair[0].write | pair[1].write) != 0 || is_atomic(use)) return false;
  if (!page.is_touched(cell)) {
    if (page.base.write != 0) return false;
    page.touch(cell);
  }
  Record &r = pair[std::countr_zero(mask) / 4];
  if (use == Use::plain_read) {
    r = {mask_bits(mask), epoch | mask_bits(mask), 0, site};
  } else {
    r = written(mask);
  }
  return true;
}

// Pass is the access on its way over cells and pages.
class RaceDetector::Pass {
 public:
  Pass(const Now &now, Pool &pool) : now_(now), pool_(pool) {}

  void cell(Page &page, std::uint64_t address, Mask mask);
  void cells(Page &page, std::uint64_t begin, std::uint64_t end);
  void whole_page(Page &page, std::uint64_t address);
  bool finish(Conflict *conflict) const;

 private:
  bool is_ordered_after(const Record &) const;
  void apply(Record &);
  void apply_to_full(Record &);
  void make_full(Record &);
  void simplify(Record &, History *);
  void apply_to_several(Record *pair, Mask mask);

  const Now now_;
  Pool &pool_;
  Conflicts conflicts_;
};

bool RaceDetector::Pass::is_ordered_after(const Record &r) const {
  if (r.is_simple()) return now_.knows(r.write) && now_.knows(r.read);
  if (r.is_freed()) return false;
  const History &h = *history(r);
  for (std::uint32_t i = 0; i < h.size; i++) {
    if (!now_.knows(h.entries[i].word)) return false;
  }
  return true;
}

// apply() compares this access with a record all of whose bytes it accesses, and records it there.
void RaceDetector::Pass::apply(Record &r) {
  if (now_.replaces(r, r.mask())) return;
  if (r.is_freed()) {
    conflicts_.note(
        r.mask(), {(r.write & kEpochBits) | mask_bits(static_cast<Mask>(Use::free)), r.write_site});
    return;
  }
  if (r.is_simple()) make_full(r);
  apply_to_full(r);
}

void RaceDetector::Pass::make_full(Record &r) {
  History *h = pool_.make_history();
  const auto add = [&](std::uint64_t word, Use use, Site site) {
    if (static_cast<Time>(word) == 0) return;
    h = pool_.append(h, {(word & kEpochBits) | mask_bits(static_cast<Mask>(use)), site});
  };
  add(r.write, Use::plain_write, r.write_site);
  add(r.read, Use::plain_read, r.read_site);
  r = {kFull | (r.write & kMaskBits), 0, reinterpret_cast<std::uint64_t>(h), 0};
}

void RaceDetector::Pass::apply_to_full(Record &r) {
  History *h = history(r);
  const std::uint64_t newest_read =
      r.read == 0 ? 0 : (r.read & kEpochBits) | mask_bits(static_cast<Mask>(Use::plain_read));
  const Entry *worst = nullptr;  // writes before reads, plain before atomic: the order of Use
  std::uint32_t kept = 0;
  Entry first;
  for (std::uint32_t i = 0; i < h->size; i++) {
    Entry &e = h->entries[i];
    if (e.word == newest_read) e.site = r.read_site;
    if (now_.knows(e.word)) {
      if (covers(now_.use, e.use())) continue;
    } else if (conflicts(now_.use, e.use()) && (worst == nullptr || e.use() < worst->use())) {
      first = e;
      worst = &first;
    }
    if (kept != i) h->entries[kept] = e;
    kept++;
  }
  h->size = kept;
  r.read = 0;
  if (worst != nullptr) conflicts_.note(r.mask(), {worst->word, worst->site});
  if (now_.use == Use::free) {
    pool_.drop_history(h);
    r = now_.written(r.mask());
    return;
  }
  h = pool_.append(h, {now_.epoch | mask_bits(static_cast<Mask>(now_.use)), now_.site});
  r.write_site = reinterpret_cast<std::uint64_t>(h);
  if (worst == nullptr && !is_atomic(now_.use)) simplify(r, h);
}

// simplify() follows a plain access that was ordered after all it conflicts with: the last entry.
void RaceDetector::Pass::simplify(Record &r, History *h) {
  const Mask mask = r.mask();
  if (now_.use == Use::plain_write) {  // it covered all others
    r = now_.written(mask);
  } else if (h->size == 1) {
    r = {mask_bits(mask), now_.epoch | mask_bits(mask), 0, now_.site};
  } else if (h->size == 2 && h->entries[0].use() == Use::plain_write) {
    const Entry &w = h->entries[0];
    r = {w.epoch() | mask_bits(mask), now_.epoch | mask_bits(mask), w.site, now_.site};
  } else {
    r.read = now_.epoch | mask_bits(mask);  // the next read of this thread is found at once
    r.read_site = now_.site;
    return;
  }
  pool_.drop_history(h);
}

// cell() carries out the access on the bytes `mask` of the cell at `address`; the page has records.
void RaceDetector::Pass::cell(Page &page, std::uint64_t address, Mask mask) {
  const std::uint64_t c = address % kPageBytes / 8;
  Record *pair = page.pair(c);
  if (!page.is_touched(c)) {
    page.touch(c);
    if (page.base.write != 0) pair[0] = copy(page.base, pool_);
  }
  Record &there = home(pair, mask);
  if (there.mask() == mask) {
    apply(there);
  } else if ((pair[0].write | pair[1].write) == 0) {
    there = {mask_bits(mask), 0, 0, 0};
    apply(there);
  } else {
    apply_to_several(pair, mask);
  }
  if (conflicts_.mask != 0) [[unlikely]]
    conflicts_.end_cell(address);
}

// cells() carries out the access on [begin, end), which is within a page that has records. The loop
// does what most ranges are: whole cells that are new, or hold one long or two ints.
void RaceDetector::Pass::cells(Page &page, std::uint64_t begin, std::uint64_t end) {
  std::uint64_t at = begin & ~std::uint64_t{7};
  if (at != begin) {
    cell(page, at, mask_within(at, begin, end));
    at += 8;
  }
  const Now now = now_;  // not reachable from elsewhere, so the compiler may keep it in registers
  for (; at + 8 <= end; at += 8) {
    const std::uint64_t c = at % kPageBytes / 8;
    Record *pair = page.pair(c);
    if (now.replaces(pair[0], kWholeCell) || now.begins(page, c, kWholeCell)) continue;
    if (now.use == Use::plain_read && now.replaces(pair[0], 0x0f) && now.replaces(pair[1], 0xf0))
      continue;
    cell(page, at, kWholeCell);
  }
  if (at < end) cell(page, at, mask_within(at, begin, end));
}

void RaceDetector::Pass::apply_to_several(Record *pair, Mask mask) {
  Mask covered = 0;
  bool is_cut = false, is_ordered = true;
  for_each(pair, [&](const Record &r) {
    if ((r.mask() & mask) == 0) return;
    covered |= r.mask();
    if (r.mask() & ~mask) is_cut = true;
    if (now_.replaces_all()) is_ordered = is_ordered && is_ordered_after(r);
  });
  if (now_.replaces_all() && is_ordered) {
    if (covered != 0) erase(pair, mask, pool_);
    put(pair, now_.written(mask), pool_);
    return;
  }
  if (is_cut) cut(pair, mask, pool_);
  for_each(pair, [&](Record &r) {
    if ((r.mask() & mask) != 0) apply(r);
  });
  if ((mask & ~covered) != 0) {
    Record rest = {mask_bits(mask & ~covered), 0, 0, 0};
    apply(rest);
    put(pair, rest, pool_);
  }
}

// whole_page() carries out the access on all of a page, which need not have records.
void RaceDetector::Pass::whole_page(Page &page, std::uint64_t address) {
  if (page.base.write == 0) page.base = {mask_bits(kWholeCell), 0, 0, 0};
  apply(page.base);
  // Untouched cells need only be named, between the touched ones, if the base conflicted.
  const bool base_conflicts = conflicts_.mask != 0;
  Before base_before = {};
  if (base_conflicts) base_before = conflicts_.by_byte[0];
  conflicts_.mask = 0;
  for (std::uint64_t word = 0; word < kCells / 64; word++) {
    std::uint64_t bits = base_conflicts ? ~std::uint64_t{0} : page.touched[word];
    for (; bits != 0; bits &= bits - 1) {
      const std::uint64_t c = word * 64 + static_cast<std::uint64_t>(std::countr_zero(bits));
      if (page.is_touched(c)) {
        cell(page, address + c * 8, kWholeCell);
      } else {
        conflicts_.add(address + c * 8, 8, base_before);
      }
    }
  }
  if (now_.use == Use::free || (now_.use == Use::plain_write && !conflicts_.any())) {
    clear_page(page, pool_);  // every cell has this access and nothing else
    page.base = now_.written(kWholeCell);
  }
}

bool RaceDetector::Pass::finish(Conflict *conflict) const {
  const Conflicts &c = conflicts_;
  if (!c.any()) return false;
  const std::uint64_t bytes = c.end - c.begin;
  const std::uint32_t size = bytes > UINT32_MAX ? UINT32_MAX : static_cast<std::uint32_t>(bytes);
  const auto access = [&](std::uint64_t epoch, Use use, Site site) {
    return Access{static_cast<model::ThreadId>(epoch >> kThreadShift & 0xff),
                  !is_read(use),
                  is_atomic(use),
                  use == Use::free,
                  c.begin,
                  size,
                  site};
  };
  const bool is_freed = c.before.use() == Use::free;
  *conflict = {is_freed ? Conflict::Kind::use_after_free : Conflict::Kind::race,
               access(now_.epoch, now_.use, now_.site),
               access(c.before.word, c.before.use(), c.before.site)};
  return true;
}

// ---- the detector -------------------------------------------------------------------------------

namespace {

void forget_part(Page &page, std::uint64_t begin, std::uint64_t end, PageTable &pages, Pool &pool) {
  for (std::uint64_t cell = begin & ~std::uint64_t{7}; cell < end; cell += 8) {
    const std::uint64_t c = cell % kPageBytes / 8;
    if (!page.is_touched(c)) {
      if (page.base.write == 0) continue;
      pages.activate(begin / kPageBytes);  // makes sure that there are records
      page.touch(c);
      page.pair(c)[0] = copy(page.base, pool);
    }
    const Mask mask = mask_within(cell, begin, end);
    if (mask == kWholeCell) {
      clear_cell(page.pair(c), pool);
    } else {
      erase(page.pair(c), mask, pool);
    }
  }
}

}  // namespace

void RaceDetector::begin(Clocks &clocks, support::Arena &shadow) {
  clocks_ = &clocks;
  pages_.begin(shadow);
  pool_.begin(shadow);
}

// plain_access() is where the inline part of read() and write() goes on: mostly to the first access
// of an epoch to one record, or to a byte beside others.
inline bool RaceDetector::plain_access(Use use, model::ThreadId t, std::uint64_t address,
                                       std::uint32_t size, Site site, Conflict *conflict) {
  if (address % 8 + size > 8 || size == 0) return access(use, t, address, size, site, conflict);
  const Mask mask = mask_within(address & ~std::uint64_t{7}, address, address + size);
  const std::uint64_t c = address % kPageBytes / 8;
  const Now now = Now::of(*this, use, t, site);
  if (Record *there = pages_.recent(address)) {
    if (there->is_split()) there = &quarter(*there)[address % 4];
    if (now.replaces(*there, mask)) return false;
  }
  Page &page = pages_.activate(address / kPageBytes);
  if (now.begins(page, c, mask)) return false;
  Pass pass(now, pool_);
  pass.cell(page, address & ~std::uint64_t{7}, mask);
  return pass.finish(conflict);
}

bool RaceDetector::read_slowly(model::ThreadId t, std::uint64_t address, std::uint32_t size,
                               Site site, Conflict *conflict) {
  return plain_access(Use::plain_read, t, address, size, site, conflict);
}

bool RaceDetector::write_slowly(model::ThreadId t, std::uint64_t address, std::uint32_t size,
                                Site site, Conflict *conflict) {
  return plain_access(Use::plain_write, t, address, size, site, conflict);
}

bool RaceDetector::access(Use use, model::ThreadId t, std::uint64_t address, std::uint64_t size,
                          Site site, Conflict *conflict) {
  if (size == 0) return false;
  Pass pass(Now::of(*this, use, t, site), pool_);
  const std::uint64_t end = address + size;
  for (std::uint64_t at = address; at < end;) {
    const std::uint64_t number = at / kPageBytes, page_end = (number + 1) * kPageBytes;
    const std::uint64_t part_end = end < page_end ? end : page_end;
    if (part_end - at == kPageBytes) {
      pass.whole_page(pages_.activate_without_records(number), at);
    } else {
      pass.cells(pages_.activate(number), at, part_end);
    }
    at = part_end;
  }
  return pass.finish(conflict);
}

void RaceDetector::forget(std::uint64_t address, std::uint64_t size) {
  const std::uint64_t end = address + size;
  std::uint64_t number = address / kPageBytes;
  while (Page *page = pages_.next_active(&number, (end + kPageBytes - 1) / kPageBytes)) {
    const std::uint64_t page_begin = number * kPageBytes, page_end = page_begin + kPageBytes;
    const std::uint64_t from = address > page_begin ? address : page_begin;
    const std::uint64_t to = end < page_end ? end : page_end;
    number++;
    if (to - from == kPageBytes) {
      clear_page(*page, pool_);
      continue;
    }
    forget_part(*page, from, to, pages_, pool_);
  }
}

}  // namespace interleave::detect
