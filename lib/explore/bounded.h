// Bounded: every schedule with at most `bound` preemptions, each once, fewest preemptions first.
// SPDX-License-Identifier: Apache-2.0
//
// Iterative context bounding (Musuvathi and Qadeer, "Iterative context bounding for systematic
// testing of multithreaded programs", PLDI 2007): most concurrency bugs need one or two
// preemptions, the first failure found has the fewest, and a drained level is a certificate. The
// number of schedules is polynomial in the steps for a fixed bound.
//
// Work is a tree of schedules (frontier.h). The root is the default schedule. Running a schedule
// follows its deviations and then the default; every other alternative of every choice after its
// last deviation makes a child. So each schedule has exactly one parent (itself without its last
// deviation) and runs exactly once, and an execution that died on the way yields children for the
// choices it did make. A child that costs a preemption belongs to the next level, others to this
// one; beyond the bound nothing is stored, only counted (Progress::left_out).
//
// level_done, the estimate: a level's share of 1 is divided evenly among its first schedules (those
// that came from the level below); an execution's share is divided evenly at each choice among the
// alternatives of the same level, itself included, down to its end (Knuth, "Estimating the
// efficiency of backtrack programs", 1975; run as a weighted count of leaves). It is exact at 0 and
// 1 and never decreases. In between it errs by as much as subtrees of equal share differ in size,
// and the first schedules of a level, which deviate early, have the larger ones: so it says too
// little. Measured on 400 random programs when half of a level was done, median (10th to 90th
// percentile): level 0 0.50 (0.37-0.68), level 1 0.25 (0.09-0.45), level 2 0.43 (0.34-0.50). Good
// for a progress line, not for a promise.
//
// Stale reads and stores put before others (ChoiceKind::store, ChoiceKind::position) have a budget an
// execution, which is kept here like the bound: the runtime offers them all the same, so that a
// schedule means the same under any budget. Those of timeouts, spurious wake-ups and weak failures
// (Settings::budgets) are the runtime's business: what is over budget is not offered.
//
// Cost: a choice after the last deviation stores its alternatives, 12 bytes and 4
// each, until the execution ends; about 10 ns a choice (tests/bench/explore_bench.cc).
#pragma once

#include <memory_resource>
#include <vector>

#include "explore/frontier.h"
#include "explore/path.h"
#include "explore/strategy.h"

namespace interleave::explore {

class Bounded final : public Strategy {
 public:
  // Memory of waiting schedules beyond which levels are no longer kept apart (frontier.h). 1 GB is
  // some 10^8 of them.
  static constexpr std::uint64_t kMemoryLimit = std::uint64_t{1} << 30;

  // bound: UINT32_MAX for all schedules whatsoever.
  // stale_reads: most of them in one execution.
  Bounded(std::uint32_t bound, std::pmr::memory_resource &memory,
          std::uint64_t memory_limit = kMemoryLimit, std::uint32_t stale_reads = UINT32_MAX);

  void begin_execution() override;
  std::uint32_t choose(const model::ChoicePoint &point) override;
  bool end_execution(const ExecutionEnd &end) override;
  void report(campaign::Progress &progress) const override;
  const campaign::Divergence *divergence() const override { return path_.divergence(); }

  const Frontier &frontier() const { return frontier_; }

 private:
  // A choice after the last deviation, with where its alternatives are in values_.
  struct Point {
    model::ChoiceKind kind;
    bool preempts;
    std::uint32_t first, count;
  };

  model::Step first_step() const { return deviations_.empty() ? 0 : deviations_.back().step + 1; }
  double expand(std::size_t points);
  void add_preemptions(model::Step step, const Point &point);

  std::uint32_t bound_, stale_reads_;
  Frontier frontier_;
  Path path_;
  std::uint32_t level_ = 0;
  double level_done_ = 0;
  std::uint64_t left_out_ = 0;

  // Of the execution that runs.
  Frontier::Entry entry_{kNoItem, 0};
  std::uint32_t preemptions_ = 0;
  bool has_stale_read_left_ = true;
  std::pmr::vector<model::Deviation> deviations_;
  std::pmr::vector<Point> points_;
  std::pmr::vector<std::uint32_t> values_;
};

}  // namespace interleave::explore
