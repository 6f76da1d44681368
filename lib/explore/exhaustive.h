// Exhaustive: every execution, one for each class of equivalent ones, by the graph engine.
// SPDX-License-Identifier: Apache-2.0
//
// The other strategies answer questions; here the engine must see every operation, with what it read and wrote. So the runtime talks
// to explorer() itself (runtime/exhaustive.cc) and asks this strategy for nothing but where one execution ends and the next begins.
// Choices are kept as always, so that a finding's schedule can be printed and replayed.
#pragma once

#include <memory_resource>

#include "explore/graph/explorer.h"
#include "explore/strategy.h"

namespace interleave::explore {

class Exhaustive final : public Strategy {
 public:
  Exhaustive(campaign::MemoryModel model, std::pmr::memory_resource &memory);

  void begin_execution() override;
  std::uint32_t choose(const model::ChoicePoint &point) override;
  bool end_execution(const ExecutionEnd &end) override;
  void report(campaign::Progress &progress) const override;
  graph::Explorer *explorer() override { return &explorer_; }

 private:
  graph::Explorer explorer_;
  bool has_begun_ = false;
};

}  // namespace interleave::explore
