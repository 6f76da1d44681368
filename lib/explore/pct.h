// Pct: random priorities, few changes: finds bugs of small depth with a known probability.
// SPDX-License-Identifier: Apache-2.0
//
// Burckhardt, Kothari, Musuvathi and Nagarakatti, "A randomized scheduler with probabilistic
// guarantees of finding bugs", ASPLOS 2010. Threads get random distinct priorities; the best one
// that can run does. At d-1 points drawn from the k of the execution the thread about to run drops
// below all others, the i-th to priority i. A bug that needs d ordering constraints among n threads
// shows with probability at least 1 / (n * k^(d-1)) per execution.
//
// Departures, all against known pitfalls (ALGORITHMS.md section 2):
//  - points are those where two or more threads could run; the others cannot matter and would
//    enlarge k;
//  - k is measured: the largest number of points of any execution so far. A program that spins
//    makes a starved execution longer than k, hence the next k larger, and so on: k stays within
//    twice the longest *random walk*, which execution 1 and every 16th after it are;
//  - after k points an execution goes on as a random walk, so that loops waiting for another thread
//    end (fair tail);
//  - a thread is given its priority when first seen, independently of all others: a random rank.
// Choices of other kinds are as in RandomWalk. Execution n is a function of (seed, program,
// executions before it). Cost: one array of priorities (2 KB), O(alternatives) a choice.
#pragma once

#include <memory_resource>
#include <vector>

#include "explore/random_numbers.h"
#include "explore/strategy.h"

namespace interleave::explore {

class Pct final : public Strategy {
 public:
  // depth: d above; 0 counts as 1.
  Pct(std::uint64_t seed, std::uint32_t depth, std::pmr::memory_resource &memory);

  void begin_execution() override;
  std::uint32_t choose(const model::ChoicePoint &point) override;
  bool end_execution(const ExecutionEnd &end) override;

  // k of the execution that runs or comes next; 0 while nothing is known.
  std::uint32_t points() const;

 private:
  static constexpr std::uint64_t kWalkEvery = 16;

  std::uint32_t best(const model::ChoicePoint &point);
  std::uint64_t &priority(model::ThreadId thread);

  std::uint64_t seed_;
  std::uint64_t execution_ = 0;          // begun so far
  std::uint32_t longest_ = 0;            // thread choices of any execution
  std::uint32_t longest_walk_ = 0;       // ... of a random walk
  RandomNumbers numbers_{0, 0};
  bool is_walk_ = true;
  std::uint32_t point_ = 0;              // thread choices so far in this execution
  std::uint32_t prefix_ = 0;             // k of this execution
  // [d-1]; changes_[i] is the point where priority i+1 is given.
  std::pmr::vector<std::uint32_t> changes_;
  std::pmr::vector<std::uint64_t> priorities_;   // [kMaxThreads]; 0: none yet
};

}  // namespace interleave::explore
