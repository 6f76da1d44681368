// Exhaustive: every execution, one for each class of equivalent ones, by the graph engine.
// SPDX-License-Identifier: Apache-2.0
//
// The other strategies answer questions; here the engine must see every operation, with what it read and wrote. So the runtime talks to
// explorer() itself (runtime/exhaustive.cc) and asks this strategy for nothing but where one execution ends and the next begins. Choices are
// kept as always, so that a finding's schedule can be printed and replayed.
//
// Executions whose segments are all known are not run: skip() recalls them (segments/recall.h). If the program turns out to depend on
// something that histories do not show, the search begins anew and runs every execution. It also begins anew where the program contradicts
// what the search takes for granted (graph/assumptions.h).
#pragma once

#include <memory_resource>
#include <optional>

#include "explore/graph/assumptions.h"
#include "explore/graph/explorer.h"
#include "explore/segments/recall.h"
#include "explore/segments/recorder.h"
#include "explore/strategy.h"

namespace interleave::explore {

class Exhaustive final : public Strategy {
 public:
  // runs_all: nothing is recalled.
  Exhaustive(campaign::MemoryModel model, bool runs_all, std::pmr::memory_resource &memory);

  void begin_execution() override;
  std::uint32_t choose(const model::ChoicePoint &point) override;
  bool end_execution(const ExecutionEnd &end) override;
  Skip skip() override;
  void report(campaign::Progress &progress) const override;
  graph::Explorer *explorer() override { return &*explorer_; }
  segments::Recorder *recorder() override { return &recorder_; }
  graph::Assumptions *assumptions() override { return &assumptions_; }

 private:
  void begin_anew();
  bool must_begin_anew();

  graph::Model model_;
  std::pmr::memory_resource *memory_;
  std::optional<graph::Explorer> explorer_;
  segments::Recorder recorder_;
  segments::Recall recall_;
  graph::Assumptions assumptions_;
  bool has_begun_ = false;
  bool is_audited_ = false;          // the execution that runs was recalled, and is run all the same
  std::uint64_t passed_ = 0, recalled_ = 0;
  std::uint64_t dismissed_ = 0;      // ended as the engine's deadlocks, but are none: the runtime told (Ending::blocked)
};

}  // namespace interleave::explore
