// One execution of the bounded search: follow, remember the alternatives, make children of them.
// SPDX-License-Identifier: Apache-2.0
#include "explore/bounded.h"

#include <algorithm>

#include "support/check.h"

namespace interleave::explore {
namespace {

bool is_stale_read(model::ChoiceKind kind) {
  return kind == model::ChoiceKind::store || kind == model::ChoiceKind::position;
}

}  // namespace

Bounded::Bounded(std::uint32_t bound, std::pmr::memory_resource &memory,
                 std::uint64_t memory_limit, std::uint32_t stale_reads)
    : bound_(bound),
      stale_reads_(stale_reads),
      frontier_(memory, memory_limit),
      deviations_(&memory),
      points_(&memory),
      values_(&memory) {
  frontier_.push_root();
}

void Bounded::begin_execution() {
  entry_ = frontier_.pop();
  deviations_.clear();
  points_.clear();
  values_.clear();
  preemptions_ = frontier_.path(entry_.item, &deviations_);
  has_stale_read_left_ =
      std::count_if(deviations_.begin(), deviations_.end(), [](const model::Deviation &d) {
        return is_stale_read(d.kind);
      }) < static_cast<std::int64_t>(stale_reads_);
  path_.begin(deviations_);
}

std::uint32_t Bounded::choose(const model::ChoicePoint &point) {
  const std::uint32_t index = path_.choose(point);
  if (point.step < first_step() || index == kCannotFollow) return index;
  CHECK(point.step == first_step() + points_.size(), "steps are not consecutive");
  const bool preempts = point.preempts && point.kind == model::ChoiceKind::thread;
  points_.push_back({point.kind, preempts, static_cast<std::uint32_t>(values_.size()),
                     point.count});
  values_.insert(values_.end(), point.values, point.values + point.count);
  return index;
}

bool Bounded::end_execution(const ExecutionEnd &end) {
  // A process that was killed may have been asked something that it did not live to record. One
  // that could not follow its schedule has no points.
  path_.end(end.ending);
  const std::size_t made = end.choices.size();
  const std::size_t new_ones = made - std::min<std::size_t>(made, first_step());
  level_done_ += expand(std::min(new_ones, points_.size()));
  frontier_.release(entry_.item);
  if (!frontier_.level_is_empty()) return true;
  if (!frontier_.open_next_level()) {
    level_done_ = 1;
    return false;
  }
  level_++;
  level_done_ = 0;
  return true;
}

// Makes the children of the first `points` points; returns the share left for the execution itself.
double Bounded::expand(std::size_t points) {
  double share = entry_.share;
  for (std::size_t i = 0; i < points; i++) {
    const Point &point = points_[i];
    const auto step = static_cast<model::Step>(first_step() + i);
    if (point.preempts) {
      add_preemptions(step, point);
      continue;
    }
    if (is_stale_read(point.kind) && !has_stale_read_left_) {
      left_out_ += point.count - 1;
      continue;
    }
    share /= point.count;
    // Last first, so that the stack gives them in order.
    for (std::uint32_t k = point.count - 1; k > 0; k--) {
      frontier_.push(entry_.item, {step, point.kind, values_[point.first + k]}, false, share);
    }
  }
  frontier_.close_group();
  return share;
}

void Bounded::add_preemptions(model::Step step, const Point &point) {
  if (preemptions_ >= bound_) {
    left_out_ += point.count - 1;
    return;
  }
  for (std::uint32_t k = 1; k < point.count; k++) {
    frontier_.push_next(entry_.item, step, values_[point.first + k]);
  }
}

void Bounded::report(campaign::Progress &progress) const {
  progress.bound = level_;
  progress.level_done = std::min(level_done_, 1.0);
  progress.left_out = left_out_;
}

}  // namespace interleave::explore
