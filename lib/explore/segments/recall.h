// Recall: an execution of which every segment is known need not run.
// SPDX-License-Identifier: Apache-2.0
//
// The graph engine hands out an execution; its threads are then walked through the tree of histories as the runtime would run them, with the
// engine's answers. The execution *passes* if every step is known, every thread ends, and no two accesses to shared plain memory race. As well
// known is one that the engine says is none (Ending::blocked, Ending::cut). Of all else (something unknown, a deadlock, what may be a race)
// the program itself has to decide: then it runs, and what it does is recorded.
//
// So a program of n segments in 10^6 executions runs some multiple of n times, and the others cost what the engine costs.
// Executions are also run although they could be recalled, the first ones often, then one in some thousands (explore/exhaustive.cc). What
// differs then ends all recalling, and the search begins anew.
//
// What a thread did up to an event does not change as long as the event stays in the graph: it is a function of what happened before. So the
// history that a thread has when it comes to its next operation is noted with the event before (the event's tail), and what it touched of
// shared plain memory on its way, too (graph/notes.h). An execution goes on from there: only the segment after the event that is new, or reads
// something else now, is walked, and those after what is added. Where the program ran, notes are missing, and are made from the graph.
//
// What is known tells, too, which loads would be futile: so waits in loops are awaits to the engine (graph/futile_reads.h).
//
// Shared plain memory needs no copy. A read finds the last write that happened before it, and as all accesses that do not happen one before the
// other are compared, by the graph's clocks, that is the newest entry of its cell. What may be a race for bytes that lie in one cell may be none;
// the program tells.
//
// In a *partial execution* (runtime/by_graph/partial.h says when there are some) the threads of which something is not known run, and
// the others do not: one runs from its first step, is answered from the graph, and finds in shared plain memory what the others wrote before.
// What it does then is recorded, and the walk goes on. Where a thread turns out to touch what was not known to be shared, or does what the
// runtime does not do for a thread alone, the whole program runs instead.
//
// Cost: some 30 ns an operation that is added, and as much a thread; of a partial execution, what its threads do.
#pragma once

#include <cstdint>
#include <memory_resource>
#include <vector>

#include "campaign/campaign.h"
#include "explore/graph/explorer.h"
#include "explore/segments/recorder.h"

namespace interleave::explore::segments {

// The threads of a partial execution, which run where nothing is known of them.
class Native {
 public:
  virtual ~Native() = default;
  // expects_untold(): libraries may read what others wrote, and nobody tells.
  virtual bool expects_untold() const = 0;
  // begin() prepares for an execution, of which the graph has been taken up. False: the program itself has to run.
  virtual bool begin() = 0;
  // run() lets t, which stands still before an earlier event, or before its first step, go on to its event `next`, or to the one after
  // all that the graph has; `to_end`: beyond that, to the end of the execution. The recorder keeps what it did. False: that cannot be.
  virtual bool run(ThreadId t, std::uint32_t next, bool to_end) = 0;
  // end() is called when an execution has been found out. False: what was kept in it may be wrong.
  virtual bool end() = 0;
  // How many of its events have happened to it.
  virtual std::uint32_t position_of(ThreadId t) const = 0;
};

class Recall : private Past {
 public:
  Recall(Recorder &recorder, std::pmr::memory_resource &memory);

  // ending_of() walks through the execution that explorer.begin() has prepared: passed, blocked or cut; none: rewind() it and run the
  // program. With `native`, which begins anew, the execution is a partial one.
  campaign::Ending ending_of(graph::Explorer &explorer, Native *native = nullptr);

 private:
  // Where an operation's location lies.
  struct Place {
    bool is_known = false, is_in_cell = false;
    std::uint8_t mask = 0;
    std::uint32_t cell = 0, location = 0;
  };

  campaign::Ending walk();
  bool begin();
  bool catch_up();
  bool is_ready(graph::EventId e) const;
  bool walk_operation(graph::EventId e);
  bool add(ThreadId t);
  bool note_tail(graph::EventId e, History history, std::uint32_t stamp);
  bool go_on(ThreadId t, std::uint32_t next, History history, std::uint32_t stamp, History *tail);
  const Node *find(ThreadId t, std::uint32_t next, History history);
  Bytes found_by(ThreadId t, std::uint32_t cell, std::uint8_t mask) const override;
  bool is_operated_on(ThreadId t, std::uint32_t cell, std::uint8_t mask) const override;
  template <class F>
  void for_each_before(ThreadId t, std::uint32_t cell, F f) const;
  bool come_to_operation(ThreadId t, History tail);
  bool only_loops_wait() const;
  bool end();

  bool has_tail(graph::EventId e) const { return graph_->at(e).tail != 0; }
  History tail_of(ThreadId t) const;
  History tail_before(graph::EventId e) const;
  std::uint64_t left_of(ThreadId t) const;
  const graph::Time *clock_of(ThreadId t, std::uint32_t next) const;

  bool touch(ThreadId t, std::uint32_t next, Access access, const Node &what, std::uint32_t stamp);
  bool touch_location(ThreadId t, std::uint32_t operation, std::uint32_t next, std::uint32_t stamp);
  bool read(std::uint32_t cell, std::uint8_t mask, std::uint64_t *value) const;
  bool set_initial(graph::Operation &op, const Place &place) const;
  const Place &place_of(std::uint32_t operation);

  Recorder &recorder_;
  graph::Explorer *explorer_ = nullptr;
  graph::Graph *graph_ = nullptr;
  std::pmr::vector<Place> places_;       // by the operation's index
  graph::Operation pending_[Recorder::kMostThreads];
  std::uint32_t operation_[Recorder::kMostThreads];      // the index of pending_
  std::uint32_t walked_[Recorder::kMostThreads];         // catch_up(): events whose segments are known
  ThreadId threads_ = 0;
  ThreadId exiting_ = 0;                 // who ends the execution
  bool is_exiting_ = false;
  bool has_exited_ = false;              // it is alone, and ends
  Native *native_ = nullptr;
};

}  // namespace interleave::explore::segments
