// Graph: an execution as events with program order, reads-from and modification order, and their clocks.
// SPDX-License-Identifier: Apache-2.0
//
// Events are named (thread, index) and kept in one array a thread. An operation that reads and writes is two events, the read
// part and right after it the write part. Each location has its stores in a list in modification order (co), each
// store its readers. Every event has a stamp, its place in the order in which events were added; events are removed
// newest first, or a revisit (revisit.h) copies the graph without some of them.
//
// Each event has clocks: for every thread, how many of its events come before this one (or are it)
//   order  under RC11 happens-before; under SC a lower bound of (po | rf | co | fr)+, exact up to the back edges below
//   porf   (po | rf)+
//   rel    of a store: what a load that acquires synchronises with when it reads the store
//   hb     SC: happens-before, for those who look for races. The engine orders by `order` alone.
// Under SC an event added last that is not last in co has an edge to an older event; those are the back edges. There are few, so that the
// exact relation is the clock closed over them (closure()).
//
// Cost: an event is 112 bytes and 12 bytes a thread, 16 under SC (at least 8 threads); adding one is a constant number of clock joins,
// reading the newest store, or storing behind it. One graph is a plain copy of another: no sharing.
#pragma once

#include <cstdint>
#include <memory_resource>
#include <span>
#include <vector>

#include "explore/graph/notes.h"
#include "explore/graph/operation.h"
#include "support/bytes.h"

namespace interleave::explore::graph {

enum class Model : std::uint8_t { sc, rc11 };

using Time = std::uint32_t;
using LocationIndex = std::uint32_t;
inline constexpr LocationIndex kNoLocation = UINT32_MAX;

struct EventId {
  std::uint32_t bits = UINT32_MAX;
  static constexpr EventId of(ThreadId t, std::uint32_t index) { return {t << 24 | index}; }
  constexpr ThreadId thread() const { return bits >> 24; }
  constexpr std::uint32_t index() const { return bits & 0xffffff; }
  friend constexpr bool operator==(EventId, EventId) = default;
};
inline constexpr ThreadId kMaxGraphThreads = 255;
inline constexpr std::uint32_t kMaxThreadEvents = 0xffffff;
// The initial value of every location; also the end of a list, before its first store.
inline constexpr EventId kInit{UINT32_MAX};
// No event: the other end of a list.
inline constexpr EventId kNone{UINT32_MAX - 1};

struct Event {
  Operation op;                    // of a write part: that of its read part
  std::uint64_t value = 0;         // read or written
  std::uint64_t tail = 0;          // the driver's, see notes.h; 0: none. Of an operation that reads and writes: its write part's
  std::uint32_t stamp = 0;
  LocationIndex location = kNoLocation;
  EventId rf = kNone;              // reads; of a join: the finish it waits for
  EventId next_reader = kNone;     // reads: of the same store
  EventId co_previous = kNone;     // stores
  EventId co_next = kNone;
  EventId first_reader = kNone;
  Time release_fence = 0;          // 1 + index of the last release fence of the thread, 0: none
  std::uint32_t choice = 0;        // choose, and steps with choices
  std::uint32_t walk = 0;          // stores: the reads with smaller stamps are still to be tried for a revisit
  std::uint16_t ways = 1;          // alternatives it had when it was added (an estimate: weights.cc)
  Order order = Order::relaxed;    // of this event: a failed compare-exchange has its failure order
  bool is_read = false;
  bool is_write = false;
  bool is_rmw = false;             // the parts of an operation that reads and writes
  bool has_stopped = false;        // a store: a read was revisited with it, is blocked there and no longer in the graph
};

class Graph {
 public:
  Graph(Model model, std::pmr::memory_resource &memory);

  void clear();
  // assign_prefix() makes this the part of `from` that has the first kept[t] events of each thread t; `revisited`, a read, is
  // in no store's list of readers. Clocks are copied.
  void assign_prefix(const Graph &from, std::span<const Time> kept, EventId revisited);

  Notes notes;

  Model model() const { return model_; }
  ThreadId thread_count() const { return static_cast<ThreadId>(threads_.size()); }
  std::uint32_t size(ThreadId t) const {
    return t < threads_.size() ? static_cast<std::uint32_t>(threads_[t].events.size()) : 0;
  }
  std::uint32_t event_count() const { return static_cast<std::uint32_t>(stamps_.size()); }
  // Events in the order of their stamps.
  EventId by_stamp(std::uint32_t stamp) const { return stamps_[stamp]; }
  EventId newest() const { return stamps_.back(); }
  const Event &at(EventId e) const { return threads_[e.thread()].events[e.index()]; }
  Event &at(EventId e) { return threads_[e.thread()].events[e.index()]; }
  bool is_created(ThreadId t) const { return threads_[t].created_by != kNone; }   // not for the main thread, which always is there
  // The event just before e in program order (of a thread's first event: its create), kNone if there is none.
  EventId previous(EventId e) const {
    return e.index() != 0 ? EventId::of(e.thread(), e.index() - 1) : threads_[e.thread()].created_by;
  }

  EventId last_store(LocationIndex l) const { return locations_[l].last; }
  EventId first_reader(LocationIndex l, EventId store) const {
    return store == kInit ? locations_[l].first_reader : at(store).first_reader;
  }
  // The store that is just after `store` in co, kNone: it is the last.
  EventId co_next(LocationIndex l, EventId store) const {
    return store == kInit ? locations_[l].first : at(store).co_next;
  }
  std::uint64_t value_of(LocationIndex l, EventId store) const {
    return store == kInit ? locations_[l].initial : at(store).value;
  }
  std::uint32_t reader_count(LocationIndex l) const { return locations_[l].readers; }
  std::uint32_t location_count() const { return static_cast<std::uint32_t>(locations_.size()); }
  EventId first_store(LocationIndex l) const { return locations_[l].first; }
  // The read part of the operation that reads `store` and writes, other than `except`; kNone.
  EventId consumer(LocationIndex l, EventId store, EventId except) const;
  // How many events are sequentially consistent accesses or fences.
  std::uint32_t sc_count() const { return sc_count_; }
  std::uint32_t sc_fence_count() const { return sc_fence_count_; }
  EventId finish_of(ThreadId t) const;
  // Calls f for each arrival that the gather waits for. Cost: a look at every event.
  template <class F>
  void for_each_arrival(const Operation &gather, F f) const {
    for (ThreadId t = 0; t < thread_count(); t++) {
      for (std::uint32_t i = 0; i < size(t); i++) {
        if (is_arrival(at(EventId::of(t, i)), gather)) f(EventId::of(t, i));
      }
    }
  }

  // Clocks; of kNone: of nothing.
  std::uint32_t stride() const { return stride_; }
  const Time *order_clock(EventId e) const { return e == kNone ? zero_.data() : row(e); }
  const Time *porf_clock(EventId e) const { return e == kNone ? zero_.data() : row(e) + stride_; }
  const Time *happens_before_clock(EventId e) const { return e == kNone ? zero_.data() : row(e) + happens_before_at(); }
  static bool knows(const Time *clock, EventId e) { return clock[e.thread()] > e.index(); }
  // SC: closes `clock` over the back edges.
  void close(Time *clock) const;
  bool has_back_edges() const { return !back_edges_.empty(); }

  // mention() prepares for a location's first use.
  void mention(LocationIndex l, std::uint64_t initial);
  // push() adds an event after the others of its thread; a read or store must then be linked, and the clocks computed.
  EventId push(ThreadId t, const Event &event);
  void pop();
  void link_read(EventId read, EventId store);
  void unlink_read(EventId read);
  void link_store(EventId store, EventId after);
  void unlink_store(EventId store);
  void set_order(EventId e, Order order);
  void forget_notes();
  // take_back_notes() is called when the thread goes on in another way after e, its last event, than it did.
  void take_back_notes(EventId e) {
    at(e).tail = 0;
    notes.take_back(at(e).stamp);
  }
  // compute_clocks() sets the clocks of the newest event of its thread from what it is linked to.
  void compute_clocks(EventId e);
  // renew_clocks() takes back the back edge of the newest event, after it was linked elsewhere, and computes again.
  void renew_clocks(EventId e);
  // SC: orders all events anew, forgetting the back edges; false: (po | rf | co | fr) has a cycle.
  bool sort();

  // part.cc: the graph as bytes. Locations keep their numbers.
  void write(support::ByteWriter &out) const;
  void read(support::ByteReader &in);

 private:
  struct Thread {
    explicit Thread(std::pmr::memory_resource *memory) : events(memory), rows(memory) {}
    std::pmr::vector<Event> events;
    std::pmr::vector<Time> rows;
    EventId created_by = kNone;
  };
  struct Location {
    EventId first = kNone, last = kInit, first_reader = kNone;
    std::uint32_t readers = 0;
    std::uint64_t initial = 0;
  };
  struct BackEdge {
    EventId from, to;
  };

  static bool is_arrival(const Event &e, const Operation &gather) {
    if (e.op.location != gather.location) return false;
    if (e.op.kind == Kind::arrive) return e.op.operand == gather.operand;
    return e.op.kind == Kind::rmw && e.is_write && (e.value - 1) / gather.expected == gather.operand;
  }
  Time *row(EventId e) { return threads_[e.thread()].rows.data() + std::size_t{e.index()} * row_size(); }
  const Time *row(EventId e) const { return threads_[e.thread()].rows.data() + std::size_t{e.index()} * row_size(); }
  std::size_t clocks() const { return model_ == Model::sc ? 4 : 3; }
  std::size_t row_size() const { return stride_ * clocks(); }
  std::size_t happens_before_at() const { return model_ == Model::sc ? std::size_t{3} * stride_ : 0; }
  void join(Time *into, const Time *clock) const;
  void add_thread(ThreadId t);
  void count(const Event &event, int sign);
  void compute_order_sc(EventId e, Time *clock);
  void compute_happens_before(EventId e, Time *clock, Time *release);
  bool is_ready(EventId e, std::span<const Time> done) const;

  Model model_;
  std::uint32_t stride_;
  std::uint32_t sc_count_ = 0, sc_fence_count_ = 0;
  std::pmr::vector<Thread> threads_;
  std::pmr::vector<Location> locations_;
  std::pmr::vector<EventId> stamps_;
  std::pmr::vector<BackEdge> back_edges_;
  std::pmr::vector<Time> zero_;     // stride_ zeros
  std::pmr::vector<Time> done_;     // sort()'s
};

}  // namespace interleave::explore::graph
