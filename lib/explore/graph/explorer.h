// Explorer: goes through the executions of a program, one for each class of equivalent ones, under SC or RC11.
// SPDX-License-Identifier: Apache-2.0
//
// TruSt (Kokologiannakis, Marmanis, Gladstein, Vafeiadis: Truly Stateless, Optimal Dynamic Partial Order Reduction,
// POPL 2022). Two executions are equivalent if they have the same events, the same reads-from and the same
// modification orders. The engine adds one event after the other to a graph; a read is tried with every store it may
// read, a store at every place in the modification order, and each store is given to older reads too (a *backward
// revisit*: everything after the read that the store does not depend on is removed, and happens again). A revisit is
// made from one of the graphs that lead to it only, the one in which what it removes was added in the default way; so
// each class is met exactly once, and nothing that was seen need be kept.
//
// The program runs natively and is asked, not simulated: the engine hands out one *leaf* at a time, and the driver runs the program
// from the start. The events that the graph has are answered from it, those after them are added in the default way:
//
//   while (explorer.begin()) {
//     start the program; pending[t] = what each live thread does first
//     for (ThreadId t; (t = explorer.next(pending)) != kNobody;) {
//       answer = explorer.perform(t, pending[t]);   // go on with t to its next operation, or Kind::none after its finish
//     }
//     explorer.end();
//   }
//
// What is next is a function of the graph: the lowest thread that can go on. An operation whose guard is false where it would read
// the newest store (a lock that is held) waits outside the graph: waiting.cc.
//
// A *part* of the search is such a stack of graphs with what is still to be tried there: split() divides it, and it can be written down and
// read in another process of the same program (part.cc).
//
// Memory: a stack of graphs, one for each revisit that led to the present one, at most quadratic in the events of an
// execution, constant in the number of executions. All of it from the memory resource, which must not throw.
#pragma once

#include <cstdint>
#include <deque>
#include <memory_resource>
#include <optional>
#include <span>
#include <vector>

#include "explore/graph/estimate.h"
#include "explore/graph/futile_reads.h"
#include "explore/graph/graph.h"
#include "explore/graph/location_table.h"
#include "explore/graph/psc.h"

namespace interleave::explore::graph {

inline constexpr ThreadId kNobody = model::kNoThread;

enum class Ending : std::uint8_t {
  running,         // not ended, or the driver ended it
  complete,        // every thread has finished
  deadlock,        // nobody can go on, nor will
  blocked,         // a thread waits although what it waits for has happened: not a real execution, only a step to others
  cut,             // nobody can go on but threads that were cut (Kind::cut)
  again,           // something was learned about futile reads: no execution; begin_again() comes next, in place of end() and begin()
  nondeterminism,  // the program did not repeat itself: divergence() tells where
};

struct Counts {
  std::uint64_t complete = 0;
  std::uint64_t deadlocks = 0;
  std::uint64_t blocked = 0;
  std::uint64_t cut = 0;
  std::uint64_t unfinished = 0;    // ended by the driver
  std::uint64_t revisits = 0;
};

class Explorer {
 public:
  Explorer(Model model, std::pmr::memory_resource &memory);
  // Loads with a history are looked up there from now on.
  void foresee(const FutileReads &futile_reads) { futile_reads_ = &futile_reads; }

  // begin() prepares the next leaf; false: everything was explored.
  bool begin();
  // next() tells which thread performs its pending operation. kNobody: the execution has ended, see ending().
  ThreadId next(std::span<const Operation> pending);
  Answer perform(ThreadId t, const Operation &op);
  Ending end();
  // take_up() is for a driver that knows how the program came to where the graph ends: every event of the graph has happened.
  void take_up();
  // add() is perform() for an operation that the graph does not have yet; returns the answer's value.
  std::uint64_t add(ThreadId t, const Operation &op);
  // What was answered to the operation that this event is (the read part of).
  std::uint64_t value_answered(EventId e) const;
  // The whole answer to t's operation whose first event is `index`.
  Answer answer_of(ThreadId t, std::uint32_t index) const;
  // For the driver's notes (notes.h).
  Graph &graph_to_note() { return current(); }
  // Events with smaller stamps stay as long as the current level.
  std::uint32_t base() const { return levels_[depth_].base; }
  // rewind() starts the current leaf again, before its end(): what was performed so far is in the graph, and is replayed.
  void rewind();
  // come_back() is called when t, after its last operation, a load at that history, is where it was before: `futile_reads` knows that now. True: the
  // execution is over, Ending::again. False: the read stays, as a round of a loop (Kind::spin).
  bool come_back(ThreadId t, std::uint64_t history);
  bool begin_again();
  // Does the thread that is to perform only try what comes of a value that it may not read here? Nobody but the program can tell.
  bool is_trying() const { return trying_ != kNobody; }

  // Does the graph have more of t's events than happened in this execution so far?
  bool is_replaying(ThreadId t) const { return t < replayed_.size() && replayed_[t] < graph().size(t); }

  Ending ending() const { return ending_; }
  // How many of t's events happened in this execution so far.
  std::uint32_t performed(ThreadId t) const { return t < replayed_.size() ? replayed_[t] : 0; }
  const Counts &counts() const { return counts_; }
  const Graph &graph() const { return levels_[depth_].graph; }
  std::uint32_t depth() const { return depth_; }
  // An estimate of how much of the search is behind it: 0..1, never falls, share() when begin() has returned false.
  double done() const { return estimate_.done(); }
  // How much of the whole search this explorer's is: then done() goes no further than that.
  double share() const { return estimate_.whole(); }

  // Parts, part.cc. All between a begin() that returned true and the first next() after it.
  // split() writes about half of what is still to be explored, the present leaf not among it, and this explorer goes on without it.
  // False, and nothing is changed: nothing can be given away yet, the leaf is one that begins again, or there is not enough room.
  bool split(support::ByteWriter &out);
  // write() writes all that is still to be explored, and what has been counted; false: the leaf is one that begins again, or there is not
  // enough room.
  bool write(support::ByteWriter &out);
  // read() makes this the explorer of a part that was written. Then begin() comes next, which may return false at once. False: the bytes
  // are no part, and the explorer is of no use any more.
  bool read(support::ByteReader &in);

  // Where the program did not repeat itself: the event of the graph that it did not do.
  EventId divergence() const { return divergence_; }

 private:
  // An operation, the index-th event of its thread, that waited when the graph had `stamp` events, and what it may read since.
  struct Waiting {
    std::uint32_t stamp;
    ThreadId thread;
    std::uint32_t index;
    EventId stopped_by;            // kNone: any store that has been added since; else one that follows from this one
    Operation op;
  };
  struct Level {
    Level(Model model, std::pmr::memory_resource &memory) : graph(model, memory), tried(&memory), untried(&memory) {}
    Graph graph;
    std::uint32_t base = 0;        // events with smaller stamps have no alternatives here
    EventId revisited = kNone;     // the read that was revisited to make this level
    std::pmr::vector<Waiting> tried;     // in the levels below this one
    std::pmr::vector<Waiting> untried;   // older stores of the last one are to be tried next; the others are as if tried
  };
  enum class Step : std::uint8_t { leaf, again, exhausted };

  enum class Again : std::uint8_t { goes_on, next_alternative, revisit };

  Graph &current() { return levels_[depth_].graph; }

  // explorer.cc: forwards
  void start();
  bool can_replay(ThreadId t) const;
  bool are_gathered(const Operation &gather) const;
  bool has_happened(EventId e) const;
  bool is_in_order(ThreadId t) const;
  ThreadId next_replayed(std::span<const Operation> pending);
  bool can_perform(ThreadId t, const Operation &op);
  void end_stuck(std::span<const Operation> pending);
  Answer replay(ThreadId t, const Operation &op);
  void append(ThreadId t, const Operation &op);
  EventId append_read(ThreadId t, const Operation &op, EventId source);
  EventId append_write_part(EventId read);
  void read_from(EventId read, EventId source);
  void diverge(EventId e);

  // futile_reads.cc: guards, and those that are learned
  bool is_guarded(const Operation &op) const;
  bool is_blocked(const Operation &op, ThreadId t, std::uint64_t value) const;
  bool is_read_blocked(EventId read) const;
  bool is_audited(const Operation &op);
  ThreadId find_trial(std::span<const Operation> pending);
  void take_back_trial();

  // waiting.cc: operations whose guard is false
  void wait(ThreadId t, const Operation &op);
  bool would_repeat(ThreadId t, const Operation &spin) const;
  bool follows(EventId store, const Waiting &w) const;
  bool may_read_since(EventId read, EventId store) const;
  bool are_waiting_maximal(EventId read, EventId w) const;
  Step try_waiting();
  bool make_stop(EventId read, EventId w);
  void inherit_waiting(std::uint32_t stamp);

  // revisit.cc: alternatives
  Step advance();
  Step advance_read(EventId e);
  Step advance_store(EventId e);
  bool move_back(EventId store);
  bool is_floor(EventId e, EventId store);
  bool is_consistent(EventId e);
  bool has_target(EventId w) const;
  bool revisit_next(EventId w);
  bool is_maximal(EventId e, EventId w, const Time *prefix) const;
  bool make_revisit(EventId read, EventId w);
  void keep_for(EventId read, EventId w);
  bool may_read(const Graph &graph, EventId read, EventId w) const;

  // part.cc: parts of the search
  struct Cut {
    std::uint32_t depth, stamp;    // of the first event that stays
  };
  std::optional<Cut> find_cut() const;
  std::optional<Cut> lowest_cut() const;
  bool has_alternative(const Level &level, std::uint32_t stamp) const;
  void write_head(support::ByteWriter &out, bool is_at_leaf, std::uint32_t levels, const Counts &counts);
  static void write_level(support::ByteWriter &out, const Level &level);
  static void forget_histories(Level &level);

  // weights.cc: what alternatives weigh in the estimate
  static std::uint64_t place_of_waiting(std::uint32_t stamp) { return std::uint64_t{2} * stamp; }
  std::uint64_t place_of(EventId e) const { return std::uint64_t{2} * graph().at(e).stamp + 1; }
  void divide_read(EventId read, double now);
  void divide_store(EventId w, double now);
  static double weight_of_removed(const Graph &graph, const Time *prefix, std::uint32_t first, std::uint32_t last, LocationIndex l);

  Model model_;
  std::pmr::memory_resource *memory_;
  std::pmr::deque<Level> levels_;
  std::uint32_t depth_ = 0;
  std::uint32_t lowest_ = 0;            // the levels below this one are no longer this explorer's
  bool is_at_leaf_ = true;              // the next leaf is the present graph: at first, and after read()
  bool was_stuck_ = false;              // this leaf was rewound when nobody could go on
  LocationTable locations_;
  Psc psc_;
  std::pmr::vector<Time> replayed_;     // events of each thread that happened in this execution
  std::uint32_t left_ = 0;              // events that are still to be replayed
  std::uint32_t leaf_count_ = 0;        // events that the leaf had when it began
  const FutileReads *futile_reads_ = nullptr;
  ThreadId trying_ = kNobody;
  std::pmr::vector<Operation> stuck_;   // what was pending then
  std::uint64_t futile_ = 0;            // loads that waited because they would have been futile
  Again again_ = Again::goes_on;
  ThreadId last_ = 0;                   // who was replayed last
  std::pmr::vector<Time> kept_, clock_;
  std::pmr::vector<std::uint64_t> names_;   // of the locations, for a part
  Ending ending_ = Ending::running;
  EventId divergence_ = kNone;
  Counts counts_;
  Estimate estimate_;
};

}  // namespace interleave::explore::graph
