// RaceDetector: exact happens-before data races on every instrumented access.
// SPDX-License-Identifier: Apache-2.0
//
// FastTrack (Flanagan and Freund, PLDI 2009) over exact shadow memory (detect/shadow.h): no access
// is forgotten, no two bytes are confused. Bytes that have had the same accesses share one record:
// last write's epoch, last read's epoch or, when reads were concurrent, a list of them. Atomic
// accesses race with plain ones but not with each other, so a record that has seen atomic ones
// lists them as well. free() is a write after which any access is a use after the end of life.
//
// Beyond FastTrack, verdicts stay exact after a race too (OnRace::carry_on): accesses that raced
// are all kept, so each later access conflicts exactly if some earlier one does.
//
// Cost: see tests/bench. Shadow pages appear when touched; begin() forgets them all by raising a
// generation number. Does not allocate from the program's heap.
#pragma once

#include <cstdint>

#include "detect/clocks.h"
#include "detect/shadow.h"
#include "model/ids.h"
#include "support/arena.h"

namespace interleave::detect {

// Where an access was made: opaque to the detector (a program counter while searching, a stack id
// while recording).
using Site = std::uint64_t;

struct Access {
  model::ThreadId thread;
  bool is_write, is_atomic;
  bool is_free;
  std::uint64_t address;  // first byte of the access's part that conflicts
  std::uint32_t size;
  Site site;
};

struct Conflict {
  enum class Kind : std::uint8_t { none, race, use_after_free } kind;
  // `before` is the earlier one (for use_after_free: the free), cut to the same bytes.
  Access now, before;
};

class RaceDetector {
 public:
  // begin() forgets all accesses. The clocks must outlive the detector; the arena is the shadow's
  // own, never reset by others, and its memory must read as zero at first (Arena::reserve).
  void begin(Clocks &clocks, support::Arena &shadow);

  // Each returns true when the access conflicts with an earlier one, and then fills *conflict: the
  // first bytes of it that conflict with one and the same earlier access (that use freed memory, if
  // any do). Any size and alignment. The access is recorded all the same, so that exploration can
  // go on with OnRace::carry_on.
  bool read(model::ThreadId t, std::uint64_t address, std::uint32_t size, Site site,
            Conflict *conflict) {
    const std::uint64_t in_cell = address % 8;
    if (in_cell + size <= 8) [[likely]] {
      Record *record = pages_.recent(address);
      const std::uint64_t key = key_of(t, in_cell, size);
      if (record != nullptr) [[likely]] {
        if (record->read == key) {
          record->read_site = site;
          return false;
        }
        // Whatever conflicts with the read conflicts with its thread's own write.
        if (record->write == key) return false;
      }
    }
    return read_slowly(t, address, size, site, conflict);
  }
  bool write(model::ThreadId t, std::uint64_t address, std::uint32_t size, Site site,
             Conflict *conflict) {
    const std::uint64_t in_cell = address % 8;
    if (in_cell + size <= 8) [[likely]] {
      Record *record = pages_.recent(address);
      if (record != nullptr && record->write == key_of(t, in_cell, size)) [[likely]] {
        record->write_site = site;
        return false;
      }
    }
    return write_slowly(t, address, size, site, conflict);
  }
  bool atomic_read(model::ThreadId t, std::uint64_t address, std::uint32_t size, Site site,
                   Conflict *conflict) {
    return access(Use::atomic_read, t, address, size, site, conflict);
  }
  bool atomic_write(model::ThreadId t, std::uint64_t address, std::uint32_t size, Site site,
                    Conflict *conflict) {
    return access(Use::atomic_write, t, address, size, site, conflict);
  }
  // release(): a heap block's end. Sizes to gigabytes: cost is per page, and per cell only for
  // those that were touched.
  bool release(model::ThreadId t, std::uint64_t address, std::uint64_t size, Site site,
               Conflict *conflict) {
    return access(Use::free, t, address, size, site, conflict);
  }
  // forget(): the memory begins a new life (allocation, a new thread's stack and TLS, munmap): no
  // earlier access counts.
  void forget(std::uint64_t address, std::uint64_t size);

 private:
  struct Now;
  class Pass;
  std::uint64_t key_of(model::ThreadId t, std::uint64_t in_cell, std::uint32_t size) const {
    return clocks_->epoch(t).bits | std::uint64_t{((1u << size) - 1) << in_cell} << kMaskShift;
  }
  bool read_slowly(model::ThreadId t, std::uint64_t address, std::uint32_t size, Site site,
                   Conflict *conflict);
  bool write_slowly(model::ThreadId t, std::uint64_t address, std::uint32_t size, Site site,
                    Conflict *conflict);
  bool plain_access(Use use, model::ThreadId t, std::uint64_t address, std::uint32_t size,
                    Site site, Conflict *conflict);
  bool access(Use use, model::ThreadId t, std::uint64_t address, std::uint64_t size, Site site,
              Conflict *conflict);

  Clocks *clocks_ = nullptr;
  PageTable pages_;
  Pool pool_;
};

}  // namespace interleave::detect
