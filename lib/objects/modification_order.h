// ModificationOrder: the stores of one atomic location, and which of them an access may read.
// SPDX-License-Identifier: Apache-2.0
//
// The C++ memory model as repaired by Lahav, Vafeiadis, Kang, Hur and Dreyer ("Repairing sequential
// consistency in C/C++11", PLDI 2017: RC11), made operational. Events are added in the order of
// execution, which respects program order and reads-from, so RC11's "po and rf are acyclic" holds
// by construction. With S = the order of execution, all that is left to check when an access is
// added are the edges that go backwards: from the access to the stores after it in modification
// order, which were executed before it. No such store w may (rb: the access reads an older store;
// mo: the access is a store put before w)
//   coherence    w happens before the access                                        [CoWR, CoWW]
//   (hb;eco?     w was read by something that happens before it                     [CoRR, CoRW]
//   irreflexive)
//   psc_base     [E_sc];(rb|mo);[E_sc]          both are seq_cst accesses
//   ((E_sc or    [E_sc];(rb|mo);hb;[F_sc]       w happens before a seq_cst fence executed so far,
//   F_sc;hb?);                                  and the access is seq_cst
//   scb;         [F_sc];hb;(rb|mo);[E_sc]       w is seq_cst and was executed before a seq_cst
//   (E_sc or                                    fence that happens before the access
//   hb?;F_sc))   [F_sc];hb;(rb|mo);hb;[F_sc]    w happens before a seq_cst fence b, and a later one
//                                               happens before the access
//   psc_F        ... the same with w read by something that happens before b
// All these are closed upwards in modification order for one access, so one number says them all:
// the floor, the newest store that one of them holds for. Everything from the floor on may be read;
// a store may be put right after each of them. Atomicity: no two read-modify-writes read one store,
// and nothing is put between a read-modify-write and the store that it read.
//
// Not found: executions in which no order of execution agrees with po, rf and psc at once. RC11
// allows a cycle of these: y.store(1, seq_cst); x.store(2, relaxed) beside x.load(relaxed) == 2;
// y.load(seq_cst) == 0. Another order S than that of execution would make alternatives of what the
// schedules already differ in, for every seq_cst access. A cycle of po and rf (load buffering) is
// forbidden by RC11 and not by ISO C++. tests/unit/memory_model_test.cc compares with the axioms.
//
// Cost: a store is 64 bytes and a clock; stores that no thread can read any more are dropped when
// the room is used up. Of those that can still be read, the newest kMostStores are kept.
#pragma once

#include <cstdint>

#include "detect/clocks.h"
#include "support/arena.h"

namespace interleave::objects {

__extension__ using Value = unsigned __int128;   // up to 16 bytes, zero-extended

// The seq_cst fences of one execution, in order of execution.
class SeqCstFences {
 public:
  void begin(support::Arena &arena);
  // add() is a fence of t, after what it acquires and before the thread's clock ticks.
  void add(model::ThreadId t, const detect::Clocks &clocks);
  std::uint32_t count() const { return count_; }
  // known_to() is how many there were up to the last one that happens before a thread with this
  // clock, that one included.
  std::uint32_t known_to(const detect::Clock &now) const;
  // before() is what happens before one of the first n - 1, those included; n >= 1.
  const detect::Clock &before(std::uint32_t n) const { return fences_[n - 1].before; }
  // all() is what happens before any.
  const detect::Clock &all() const { return all_; }

 private:
  struct Fence {
    detect::Epoch epoch;
    detect::Clock before;
  };
  support::Arena *arena_ = nullptr;
  Fence *fences_ = nullptr;
  std::uint32_t count_ = 0, capacity_ = 0;
  detect::Clock all_;
};

struct Store {
  Value value;
  detect::Epoch writer;            // never: what the memory held before the first atomic access
  detect::Clock release;           // what an acquiring reader synchronises with
  // First reads by threads that do not know of the store otherwise; see read_by().
  detect::Epoch *readers;
  std::uint16_t reader_count, reader_capacity;
  std::uint32_t fences;            // seq_cst fences executed before it
  std::uint32_t event;             // recording: which one it is; kNoEvent: none
  bool is_seq_cst;
  bool is_consumed;                // a read-modify-write read it, and is the next one
  static constexpr std::uint32_t kNoEvent = UINT32_MAX;

  // Does everything with this clock happen after the store, or after a read of it?
  bool is_known(const detect::Clock &now) const {
    if (now.knows(writer)) return true;
    for (std::uint32_t i = 0; i < reader_count; i++)
      if (now.knows(readers[i])) return true;
    return false;
  }
  // read_by() remembers a read of t. Whoever knows of the read knows of what t knows, so nothing
  // is remembered when t knows of the store.
  void read_by(model::ThreadId t, const detect::Clocks &clocks) {
    if (!clocks.of(t).knows(writer)) remember(t, clocks);
  }
  void remember(model::ThreadId t, const detect::Clocks &clocks);
};
static_assert(sizeof(Store) == 64);

class ModificationOrder {
 public:
  static constexpr std::uint32_t kMostStores = 64;

  std::uint32_t count() const { return count_; }
  std::uint32_t bytes() const { return bytes_; }
  Store &operator[](std::uint32_t i) { return stores_[i]; }   // oldest first
  Store &newest() { return stores_[count_ - 1]; }

  // restart() forgets all stores: the location holds `value`, written before anybody's atomic
  // access. The last store's release clock stays, for who wrote is not known.
  void restart(Value value, std::uint32_t bytes, support::Arena &arena);
  // keep_newest() forgets all but the last store.
  void keep_newest() {
    if (count_ > 1) drop_oldest(count_ - 1);
  }

  bool is_full() const { return count_ == capacity_; }
  void drop_oldest(std::uint32_t n);
  void grow(support::Arena &arena);

  // put_after() makes room for a store right after the i-th and returns it, with an empty clock and
  // no readers. Needs !is_full().
  Store &put_after(std::uint32_t i);

  // floor_of() is the index of the oldest store that an access may read or stand right after.
  std::uint32_t floor_of(const detect::Clock &now, bool is_seq_cst,
                         const SeqCstFences &fences) const {
    const Store &last = stores_[count_ - 1];
    if (count_ == 1 || now.knows(last.writer) || (is_seq_cst && last.is_seq_cst)) [[likely]]
      return count_ - 1;
    return search_floor(now, is_seq_cst, fences);
  }
  // Coherence alone: no access whatsoever of who knows `now` gets below.
  std::uint32_t coherence_floor_of(const detect::Clock &now) const;

 private:
  static constexpr std::uint32_t kFirstCapacity = 4;
  std::uint32_t search_floor(const detect::Clock &now, bool is_seq_cst,
                             const SeqCstFences &fences) const;

  Store *stores_ = nullptr;        // [capacity_]
  std::uint32_t count_ = 0, capacity_ = 0;
  std::uint32_t made_ = 0;         // past count_, those before made_ have clocks to be used again
  std::uint32_t bytes_ = 0;        // of the accesses
};

}  // namespace interleave::objects
