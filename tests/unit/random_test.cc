// The random walk: uniform where it says so, and the same for the same seed.
// SPDX-License-Identifier: Apache-2.0
#include "explore/random.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "simulated_program.h"

namespace interleave::explore {
namespace {

using model::ChoiceKind;
using simulated::answers;
using simulated::Do;
using simulated::Program;

TEST(RandomNumbers, AreUniform_WithinFiveDeviations) {
  for (const std::uint32_t n : {2u, 3u, 7u, 100u}) {
    RandomNumbers numbers(7, n);
    std::vector<int> counts(n);
    constexpr int kEach = 10000;
    for (std::uint32_t i = 0; i < kEach * n; i++) counts.at(numbers.below(n))++;
    for (const int count : counts) EXPECT_NEAR(count, kEach, 5 * 100);   // sqrt(10000) = 100
  }
}

TEST(RandomNumbers, DifferFromOneExecutionToTheNext) {
  std::set<std::uint64_t> seen;
  for (std::uint64_t seed = 0; seed < 100; seed++) {
    for (std::uint64_t i = 0; i < 100; i++) seen.insert(RandomNumbers(seed, i).next());
  }
  EXPECT_EQ(seen.size(), 10000u);
}

double share_of_default(ChoiceKind kind, std::uint32_t count) {
  const std::vector<std::uint32_t> values(count, 0);
  const model::ChoicePoint point = {kind, 0, 0, 0, false, count, values.data(), nullptr};
  RandomNumbers numbers(3, 0);
  int defaults = 0;
  for (int i = 0; i < 100000; i++) defaults += random_choice(point, numbers) == 0;
  return defaults / 100000.0;
}

TEST(RandomChoice, PrefersTheDefault_OnlyWhereOthersAreUnusual) {
  for (const auto kind : {ChoiceKind::thread, ChoiceKind::waiter, ChoiceKind::user}) {
    EXPECT_NEAR(share_of_default(kind, 2), 0.5, 0.01);
    EXPECT_NEAR(share_of_default(kind, 5), 0.2, 0.01);
  }
  for (const auto kind : {ChoiceKind::store, ChoiceKind::position, ChoiceKind::timeout,
                          ChoiceKind::spurious, ChoiceKind::weak_fail}) {
    EXPECT_NEAR(share_of_default(kind, 2), 0.75 + 0.25 / 2, 0.01);
    EXPECT_NEAR(share_of_default(kind, 4), 0.75 + 0.25 / 4, 0.01);
  }
}

TEST(RandomWalk, ReachesEveryExecution_OfSmallPrograms) {
  std::mt19937_64 random(4);
  int programs = 0;
  for (int i = 0; i < 100; i++) {
    const Program program = simulated::random_program(random, 3, 2);
    std::set<std::vector<std::uint32_t>> wanted, found;
    simulated::for_each_execution(
        simulated::Machine(program), UINT32_MAX,
        [&wanted](const simulated::Machine &m) { wanted.insert(answers(m.choices())); });
    if (wanted.size() > 60) continue;   // the rarest would need too many executions
    programs++;
    RandomWalk walk(static_cast<std::uint64_t>(i));
    for (int n = 0; n < 20000; n++) {
      const simulated::Execution execution = simulated::run(program, walk);
      ASSERT_TRUE(execution.more);   // never drained
      found.insert(answers(execution.choices));
    }
    EXPECT_EQ(found, wanted);
  }
  EXPECT_GT(programs, 50);
}

TEST(RandomWalk, IsReproducible_ByItsSeed) {
  const Program program(3, std::vector(6, simulated::Instruction{Do::step}));
  RandomWalk one(11), same(11), other(12);
  int equal_to_other = 0;
  for (int i = 0; i < 100; i++) {
    const auto expected = answers(simulated::run(program, one).choices);
    EXPECT_EQ(answers(simulated::run(program, same).choices), expected);
    equal_to_other += answers(simulated::run(program, other).choices) == expected;
  }
  EXPECT_LT(equal_to_other, 5);
}

}  // namespace
}  // namespace interleave::explore
