// Guided: one execution along deviations that may not fit, for minimisation.
// SPDX-License-Identifier: Apache-2.0
//
// A deviation is found by the thread that was running, that thread's count of visible operations,
// and the kind of choice: these mean the same when the schedule before them has changed, steps do
// not. Where several deviations have the same place (two choices of one operation), they are used
// in order, each once. What the program does not offer is ignored. Never diverges; what was really
// done is in the execution's choices. See minimize.h.
#pragma once

#include <memory_resource>
#include <vector>

#include "explore/strategy.h"

namespace interleave::explore {

// As a deviation's ordinal: the next choice between threads when this one has stopped by itself
// (blocked, ended, yielded).
inline constexpr std::uint32_t kWhenStopped = UINT32_MAX;

class Guided final : public Strategy {
 public:
  Guided(std::span<const model::Deviation> deviations, std::pmr::memory_resource &memory);

  void begin_execution() override;
  std::uint32_t choose(const model::ChoicePoint &point) override;
  bool end_execution(const ExecutionEnd &) override { return false; }

 private:
  struct Wish {
    std::uint64_t place;
    std::uint32_t value;
    std::uint32_t order;   // index among the deviations
    bool used;
  };
  std::uint32_t use(std::uint64_t here, const model::ChoicePoint &point);

  std::pmr::vector<Wish> wishes_;   // by (place, order)
};

}  // namespace interleave::explore
