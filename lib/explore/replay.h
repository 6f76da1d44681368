// Replay: the one execution that a schedule names.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "explore/path.h"
#include "explore/strategy.h"

namespace interleave::explore {

class Replay final : public Strategy {
 public:
  explicit Replay(std::span<const model::Deviation> deviations) : deviations_(deviations) {}

  void begin_execution() override { path_.begin(deviations_); }
  std::uint32_t choose(const model::ChoicePoint &point) override { return path_.choose(point); }

  bool end_execution(const ExecutionEnd &end) override {
    path_.end(end.ending);
    return false;
  }
  const campaign::Divergence *divergence() const override { return path_.divergence(); }

 private:
  std::span<const model::Deviation> deviations_;
  Path path_;
};

}  // namespace interleave::explore
