// RandomWalk: any alternative with the same probability, at every choice.
// SPDX-License-Identifier: Apache-2.0
//
// Needs to know nothing about the program, and switches so often that orders which keep one thread
// far behind are practically never seen (ALGORITHMS.md section 2): the baseline, and the tail of
// other strategies.
//
// Choices among equals (threads, waiters, choose(n)) are uniform. Choices where the default is what
// nearly always happens (stale reads, timeouts, spurious wake-ups, weak failures) take it with
// probability 3/4 and are uniform otherwise: most failures need at most one of them, and their
// budgets would be spent in the first steps. Reproducible: execution n is a function of (seed, n)
// and of the program.
#pragma once

#include "explore/random_numbers.h"
#include "explore/strategy.h"

namespace interleave::explore {

// random_choice() picks as described above.
std::uint32_t random_choice(const model::ChoicePoint &point, RandomNumbers &numbers);

class RandomWalk final : public Strategy {
 public:
  explicit RandomWalk(std::uint64_t seed) : seed_(seed) {}

  void begin_execution() override { numbers_ = RandomNumbers(seed_, execution_++); }
  std::uint32_t choose(const model::ChoicePoint &point) override {
    return random_choice(point, numbers_);
  }
  bool end_execution(const ExecutionEnd &) override { return true; }   // never drained

 private:
  std::uint64_t seed_;
  std::uint64_t execution_ = 0;
  RandomNumbers numbers_{0, 0};
};

}  // namespace interleave::explore
