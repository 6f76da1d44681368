// Exhaustive: every execution, one for each class of equivalent ones, by the graph engine.
// SPDX-License-Identifier: Apache-2.0
//
// The other strategies answer questions; here the engine must see every operation, with what it read and wrote. So the runtime talks to
// explorer() itself (runtime/by_graph/exhaustive.cc) and asks this strategy for nothing but where one execution ends and the next
// begins. Choices are kept as always, so that a finding's schedule can be printed and replayed.
//
// Executions whose segments are all known are not run: skip() recalls them (segments/recall.h); of others only some threads run, where that
// may be (runtime/by_graph/partial.h). If the program turns out to depend on something that histories do not show, or contradicts what the
// search takes for granted (graph/assumptions.h), the search is void: who asked for it begins anew, and tells what it has to do without.
//
// A part of the search is the engine's (graph/part.cc), with the assumptions; what was recorded is not in it: each process records for
// itself, once. Some assumptions need one process that sees all executions. So a search in which their kind of operation was
// seen is not divided any more, and a divided one in which they are seen then is void.
#pragma once

#include <memory_resource>

#include "explore/graph/assumptions.h"
#include "explore/graph/explorer.h"
#include "explore/segments/recall.h"
#include "explore/segments/recorder.h"
#include "explore/strategy.h"

namespace interleave::explore {

class Exhaustive final : public Strategy {
 public:
  Exhaustive(campaign::MemoryModel model, const campaign::Caution &caution, std::pmr::memory_resource &memory);

  void begin_execution() override;
  std::uint32_t choose(const model::ChoicePoint &point) override;
  bool end_execution(const ExecutionEnd &end) override;
  Skip skip(segments::Native *native = nullptr) override;
  bool may_run_partially() const override;
  void forgo_partial() override;
  void forbid_partial() override { is_partial_forbidden_ = true; }
  void report(campaign::Progress &progress) const override;
  bool save(support::ByteWriter &out) override;
  bool give(support::ByteWriter &out) override;
  Taken take(support::ByteReader &in) override;
  bool must_begin_anew(campaign::Caution *with) const override;
  graph::Explorer *explorer() override { return &explorer_; }
  segments::Recorder *recorder() override { return &recorder_; }
  graph::Assumptions *assumptions() override { return &assumptions_; }

 private:
  void compare_with_assumptions();
  bool is_void() const;
  void write_head(support::ByteWriter &out, std::uint64_t recalled, std::uint64_t dismissed) const;

  graph::Explorer explorer_;
  segments::Recorder recorder_;
  segments::Recall recall_;
  graph::Assumptions assumptions_;
  campaign::Caution caution_;
  bool has_begun_ = false;
  bool is_divided_ = false;          // other processes have, or had, parts of it
  // The execution that runs was recalled, and is run all the same: as what it should end. none: it was not recalled.
  campaign::Ending audited_ = campaign::Ending::none;
  bool is_whole_ = false;            // the execution that runs was tried as a partial one, in vain
  bool is_partial_forbidden_ = false;      // by the runtime, in this process: nothing begins anew, as with caution_.runs_whole
  std::uint64_t partial_ = 0, in_vain_ = 0;      // partial executions so far, and what those in vain have cost
  std::uint64_t known_ = 0, recalled_ = 0;
  std::uint64_t dismissed_ = 0;      // ended as the engine's deadlocks, but are none: the runtime told (Ending::blocked)
};

}  // namespace interleave::explore
