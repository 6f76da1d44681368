// Recall: an execution of which every segment is known need not run.
// SPDX-License-Identifier: Apache-2.0
//
// The graph engine hands out an execution; its threads are then walked through the tree of histories as the runtime would run them, with the
// engine's answers and an image of the shared plain memory. The execution *passes* if every step is known, every thread ends, and no
// two accesses to shared memory race. Of all else (something unknown, a deadlock, what may be a race) the program itself
// has to decide: then it runs, and what it does is recorded.
//
// So a program of n segments in 10^6 executions runs some multiple of n times, and the others cost what the engine costs.
// Executions are also run although they could be recalled, the first ones often, then one in a thousand (explore/exhaustive.cc). What
// differs then ends all recalling, and the search begins anew.
//
// Races: as many accesses of a cell as kMostEntries are kept, and compared by the graph's clocks. What may be a race for bytes that
// lie in one cell may be none; the program tells.
#pragma once

#include <cstdint>
#include <memory_resource>
#include <vector>

#include "explore/graph/explorer.h"
#include "explore/segments/recorder.h"

namespace interleave::explore::segments {

class Recall {
 public:
  Recall(graph::Model model, Recorder &recorder, std::pmr::memory_resource &memory);

  // passes() walks through the execution that explorer.begin() has prepared. False: rewind() it and run the program.
  bool passes(graph::Explorer &explorer);

 private:
  static constexpr std::uint8_t kMostEntries = 16;

  // A thread's accesses of one kind to one cell, the latest of them: before its event `next`.
  struct Entry {
    ThreadId thread;
    std::uint32_t next;
    Access access;
    std::uint8_t mask;
  };
  struct Image {
    std::uint64_t execution = 0;
    std::uint64_t value = 0;
    std::uint8_t known = 0;              // bytes
    std::uint8_t count = 0;
    Entry entries[kMostEntries];
  };

  // Where an operation's location lies.
  struct Place {
    bool is_known = false, is_in_cell = false;
    std::uint8_t mask = 0;
    std::uint32_t cell = 0, location = 0;
  };

  bool go_on(ThreadId t);
  const Place &place_of(std::uint32_t operation);
  void prepare_child(ThreadId parent, ThreadId child);
  bool step_memory(ThreadId t, const Node &node);
  bool touch(ThreadId t, Access access, std::uint32_t cell, std::uint8_t mask);
  Image &image_of(std::uint32_t cell);
  bool set_initial(graph::Operation &op, const Place &place);
  const graph::Time *clock_of(ThreadId t) const;

  graph::Model model_;
  Recorder &recorder_;
  graph::Explorer *explorer_ = nullptr;
  std::pmr::vector<Image> images_;
  std::pmr::vector<Place> places_;       // by the operation's index
  graph::Operation pending_[Recorder::kMostThreads];
  std::uint32_t operation_[Recorder::kMostThreads];      // the index of pending_
  History history_[Recorder::kMostThreads];
  std::uint64_t left_[Recorder::kMostThreads];
  graph::EventId birth_[Recorder::kMostThreads];
  ThreadId threads_ = 0;
  ThreadId exiting_ = 0;                 // who ends the execution
  bool is_exiting_ = false, has_ended_ = false;
  std::uint64_t execution_ = 0;
};

}  // namespace interleave::explore::segments
