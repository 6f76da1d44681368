// Path: takes an execution along given deviations and the default schedule elsewhere.
// SPDX-License-Identifier: Apache-2.0
//
// What replay is, and what the bounded strategy does up to an item's last deviation. When the
// program does not offer what is asked for, it is not the program that the deviations were made
// for: edited text, or a program with a source of nondeterminism that is not ours.
#pragma once

#include <span>

#include "explore/strategy.h"

namespace interleave::explore {

class Path {
 public:
  // Starts a new execution. `deviations` are not copied.
  void begin(std::span<const model::Deviation> deviations);

  // choose() answers for both kinds of place; Strategy::kCannotFollow with divergence() set if it
  // cannot.
  std::uint32_t choose(const model::ChoicePoint &point);

  // Whether choose() has followed every deviation.
  bool is_followed() const { return next_ == deviations_.size(); }

  // Learns how the execution ended. If it passed (or ran out of steps) with deviations left, that
  // is a divergence, with count 0; if it failed or died before, it is not: what it found is the
  // news.
  void end(campaign::Ending ending);

  const campaign::Divergence *divergence() const { return has_diverged_ ? &divergence_ : nullptr; }

 private:
  std::span<const model::Deviation> deviations_;
  std::size_t next_ = 0;
  bool has_diverged_ = false;
  campaign::Divergence divergence_{};
};

// index_of() finds the alternative that stands for `value`; kCannotFollow: none does.
std::uint32_t index_of(std::uint32_t value, const model::ChoicePoint &point);

}  // namespace interleave::explore
