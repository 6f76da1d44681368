// Priorities, change points, and the measuring of k.
// SPDX-License-Identifier: Apache-2.0
#include "explore/pct.h"

#include <algorithm>

#include "explore/random.h"
#include "support/check.h"

namespace interleave::explore {
namespace {

// Above every priority given at a change point (those are 1 .. d-1).
constexpr std::uint64_t kInitial = std::uint64_t{1} << 63;

}  // namespace

Pct::Pct(std::uint64_t seed, std::uint32_t depth, std::pmr::memory_resource &memory)
    : seed_(seed),
      changes_(depth > 1 ? depth - 1 : 0, 0, &memory),
      priorities_(model::kMaxThreads, 0, &memory) {}

std::uint32_t Pct::points() const {
  return static_cast<std::uint32_t>(
      std::min<std::uint64_t>(longest_, 2 * std::uint64_t{longest_walk_}));
}

void Pct::begin_execution() {
  numbers_ = RandomNumbers(seed_, execution_);
  prefix_ = points();
  is_walk_ = execution_ % kWalkEvery == 0 || prefix_ == 0;
  execution_++;
  point_ = 0;
  if (is_walk_) return;
  std::fill(priorities_.begin(), priorities_.end(), 0);
  for (std::uint32_t &change : changes_) change = numbers_.below(prefix_);
}

std::uint64_t &Pct::priority(model::ThreadId thread) {
  CHECK(thread < priorities_.size(), "more threads than an execution may have");
  std::uint64_t &p = priorities_[thread];
  // 63 random bits: two threads of 256 are equal with probability 2^-48; then the first one wins.
  if (p == 0) p = kInitial | numbers_.next() >> 1;
  return p;
}

std::uint32_t Pct::best(const model::ChoicePoint &point) {
  std::uint32_t best = 0;
  std::uint64_t best_priority = priority(point.values[0]);
  for (std::uint32_t i = 1; i < point.count; i++) {
    const std::uint64_t p = priority(point.values[i]);
    if (p <= best_priority) continue;
    best = i;
    best_priority = p;
  }
  return best;
}

std::uint32_t Pct::choose(const model::ChoicePoint &point) {
  if (point.kind != model::ChoiceKind::thread) return random_choice(point, numbers_);
  const std::uint32_t here = point_++;
  if (is_walk_ || here >= prefix_) return random_choice(point, numbers_);
  std::uint32_t chosen = best(point);
  for (std::size_t i = 0; i < changes_.size(); i++) {
    if (changes_[i] != here) continue;
    priority(point.values[chosen]) = i + 1;
    chosen = best(point);
  }
  return chosen;
}

bool Pct::end_execution(const ExecutionEnd &end) {
  const auto points = static_cast<std::uint32_t>(
      std::count_if(end.choices.begin(), end.choices.end(), [](const model::Choice &c) {
        return c.kind == model::ChoiceKind::thread;
      }));
  longest_ = std::max(longest_, points);
  if (is_walk_) longest_walk_ = std::max(longest_walk_, points);
  return true;   // never drained
}

}  // namespace interleave::explore
