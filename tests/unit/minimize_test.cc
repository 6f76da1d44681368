// Minimisation against the truth: the fewest preemptions of any execution that fails the same way.
// SPDX-License-Identifier: Apache-2.0
#include "explore/minimize.h"

#include <gtest/gtest.h>

#include "explore/guided.h"
#include "explore/random.h"
#include "explore/replay.h"
#include "simulated_program.h"

namespace interleave::explore {
namespace {

using model::ChoiceKind;
using model::Deviation;
using simulated::answers;
using simulated::Do;
using simulated::Instruction;
using simulated::Program;
using simulated::Result;

// Answers trials by running the program; counts them.
class Runner {
 public:
  Runner(const Program &program, Result wanted) : program_(program), wanted_(wanted) {}

  Trial operator()(const std::vector<Deviation> &wishes) {
    count++;
    std::pmr::monotonic_buffer_resource memory;
    Guided guided(wishes, memory);
    simulated::Execution execution = simulated::run(program_, guided);
    return {execution.result == wanted_, count >= stop_after, std::move(execution.choices)};
  }

  std::uint32_t count = 0;
  std::uint32_t stop_after = UINT32_MAX;

 private:
  const Program &program_;
  Result wanted_;
};

// The first failing execution of a random walk, if it has one in 200.
std::optional<simulated::Execution> find_failure(const Program &program, std::uint64_t seed) {
  RandomWalk walk(seed);
  for (int n = 0; n < 200; n++) {
    simulated::Execution execution = simulated::run(program, walk);
    if (execution.result != Result::passed) return execution;
  }
  return std::nullopt;
}

struct Truth {
  std::uint32_t preemptions = UINT32_MAX;
  std::size_t deviations = SIZE_MAX;   // of those with so many preemptions
};

Truth truth(const Program &program, Result wanted) {
  Truth out;
  simulated::for_each_execution(
      simulated::Machine(program), UINT32_MAX, [&out, wanted](const simulated::Machine &m) {
        if (m.result() != wanted) return;
        const std::size_t deviations = model::from_choices(m.choices()).size();
        if (m.preemptions() > out.preemptions) return;
        if (m.preemptions() < out.preemptions) out = {m.preemptions(), deviations};
        out.deviations = std::min(out.deviations, deviations);
      });
  return out;
}

// How well minimize() did on many programs.
struct Score {
  int failures = 0;          // programs that failed at all
  int need_preemptions = 0;  // ... and only with preemptions
  int fewest = 0;            // minimised to as few preemptions as can be
  int simplest = 0;          // ... and with as few deviations
};

// Minimises a failure of `program`, if a random walk finds one, and holds it against the truth.
void add_score(const Program &program, std::uint64_t seed, Score *score) {
  const auto found = find_failure(program, seed);
  if (!found) return;
  Runner run(program, found->result);
  const Minimized minimized = minimize(found->choices, std::ref(run));
  EXPECT_TRUE(minimized.finished);
  EXPECT_EQ(minimized.trials, run.count);

  Replay replay(minimized.deviations);
  const simulated::Execution replayed = simulated::run(program, replay);
  EXPECT_EQ(replayed.result, found->result);
  EXPECT_EQ(replay.divergence(), nullptr);
  EXPECT_EQ(answers(replayed.choices), answers(minimized.choices));
  EXPECT_EQ(model::preemptions(replayed.choices), minimized.preemptions);
  EXPECT_LE(minimized.preemptions, model::preemptions(found->choices));

  const Truth least = truth(program, found->result);
  EXPECT_GE(minimized.preemptions, least.preemptions);
  const bool is_fewest = minimized.preemptions == least.preemptions;
  score->failures++;
  score->need_preemptions += least.preemptions > 0;
  score->fewest += is_fewest;
  score->simplest += is_fewest && minimized.deviations.size() == least.deviations;
}

TEST(Minimize, FindsTheSimplestFailure_NearlyAlways_WhenProgramsAreRandom) {
  std::mt19937_64 random(1);
  Score score;
  for (std::uint64_t i = 0; i < 2000 && !HasFailure(); i++) {
    SCOPED_TRACE(i);
    add_score(simulated::random_program(random, 3, 4), i, &score);
  }
  EXPECT_GT(score.failures, 500);
  EXPECT_GE(score.fewest, score.failures * 99 / 100) << score.fewest;
  EXPECT_GE(score.simplest, score.failures * 97 / 100) << score.simplest;
}

// Threads that load and store without care, and one of them asserts on the way.
Program careless_program(std::mt19937_64 &random) {
  Program program(2 + random() % 2);
  const std::size_t length = program.size() == 2 ? 6 : 4;
  static constexpr Do kAny[] = {Do::load, Do::load, Do::store, Do::store, Do::step};
  for (auto &thread : program) {
    for (std::size_t n = 0; n < length; n++) {
      thread.push_back({kAny[random() % std::size(kAny)], random() % 4 == 0 ? 1u : 0u});
    }
  }
  auto &asserting = program[random() % program.size()];
  asserting[length / 2 + random() % (length / 2)] = {
      random() % 2 ? Do::check : Do::check_register, 1 + static_cast<std::uint32_t>(random() % 4)};
  return program;
}

TEST(Minimize, FindsTheFewestPreemptions_NearlyAlways_WhenTheyAreNeeded) {
  std::mt19937_64 random(2);
  Score score;
  for (std::uint64_t i = 0; i < 1000 && !HasFailure(); i++) {
    SCOPED_TRACE(i);
    const Program program = careless_program(random);
    simulated::Machine by_default(program);
    model::ChoicePoint point;
    while (by_default.next(&point)) by_default.take(0);
    if (by_default.result() == Result::passed) add_score(program, i, &score);
  }
  EXPECT_GT(score.need_preemptions, 150);
  EXPECT_GE(score.fewest, score.failures * 95 / 100) << score.fewest;
  EXPECT_GE(score.simplest, score.failures * 94 / 100) << score.simplest;
}

// Five philosophers that take the left fork first.
Program philosophers(std::size_t meals) {
  Program program(5);
  for (std::uint32_t i = 0; i < 5; i++) {
    for (std::size_t n = 0; n < meals; n++) {
      for (const Instruction next : {Instruction{Do::lock, i}, {Do::lock, (i + 1) % 5},
                                     {Do::unlock, (i + 1) % 5}, {Do::unlock, i}}) {
        program[i].push_back(next);
      }
    }
  }
  return program;
}

TEST(Minimize, LeavesOnePreemption_OfMostDeadlocksOfFivePhilosophers) {
  // 0 is stopped with one fork in hand; 4, 3, 2, 1 each stop by themselves at a neighbour's fork.
  const std::string simplest = "il1:0000:1>4,2>3,3>2,4>1";
  for (const std::size_t meals : {1u, 20u}) {
    const Program program = philosophers(meals);
    int best = 0;
    for (std::uint64_t seed = 0; seed < 20; seed++) {
      SCOPED_TRACE(seed);
      const auto found = find_failure(program, seed);
      ASSERT_TRUE(found);
      Runner run(program, found->result);
      const Minimized minimized = minimize(found->choices, std::ref(run));
      EXPECT_LE(minimized.preemptions, 2u) << model::to_text({0, minimized.deviations});
      EXPECT_TRUE(minimized.finished);
      EXPECT_LT(minimized.trials, 500u);
      best += model::to_text({0, minimized.deviations}) == simplest;
    }
    EXPECT_GE(best, 15);
  }
}

// A lost update amid much that does not matter.
Program long_program() {
  Program program(4);
  for (std::uint32_t i = 0; i < 4; i++) {
    program[i].assign(60, {Do::step});
    if (i == 0) continue;
    program[i][30] = {Do::load, 0};
    program[i][40] = {Do::store, 0};
    program[i].push_back({Do::set, i});
  }
  for (std::uint32_t i = 1; i < 4; i++) program[0].push_back({Do::await, i});
  program[0].push_back({Do::check, 1});   // all three loaded 0
  return program;
}

TEST(Minimize, LeavesWhatMatters_OfHundredsOfDeviations) {
  const Program program = long_program();
  for (std::uint64_t seed = 0; seed < 10; seed++) {
    SCOPED_TRACE(seed);
    const auto found = find_failure(program, seed);
    ASSERT_TRUE(found);
    ASSERT_GT(model::from_choices(found->choices).size(), 100u);
    Runner run(program, found->result);
    const Minimized minimized = minimize(found->choices, std::ref(run));
    EXPECT_LE(minimized.preemptions, 2u) << model::to_text({0, minimized.deviations});
    EXPECT_LE(minimized.deviations.size(), 4u);
    EXPECT_LT(run.count, 300u);
  }
}

TEST(Minimize, GivesTheSameResultTwice) {
  const Program program = philosophers(3);
  const auto found = find_failure(program, 1);
  ASSERT_TRUE(found);
  Runner run(program, found->result), again(program, found->result);
  EXPECT_EQ(minimize(found->choices, std::ref(run)).deviations,
            minimize(found->choices, std::ref(again)).deviations);
  EXPECT_EQ(run.count, again.count);
}

TEST(Minimize, KeepsTheBestSoFar_WhenItsBudgetEnds) {
  const Program program = philosophers(10);
  const auto found = find_failure(program, 3);
  ASSERT_TRUE(found);
  std::uint32_t preemptions_before = model::preemptions(found->choices);
  for (const std::uint32_t budget : {0u, 1u, 5u, 20u}) {
    Runner run(program, found->result), stopped(program, found->result);
    const Minimized minimized = minimize(found->choices, std::ref(run), budget);
    EXPECT_EQ(run.count, budget);
    EXPECT_EQ(minimized.trials, budget);
    EXPECT_FALSE(minimized.finished);
    EXPECT_LE(minimized.preemptions, preemptions_before);
    preemptions_before = minimized.preemptions;
    Replay replay(minimized.deviations);
    EXPECT_EQ(simulated::run(program, replay).result, found->result);
    if (budget == 0) continue;
    stopped.stop_after = budget;
    EXPECT_EQ(minimize(found->choices, std::ref(stopped)).deviations, minimized.deviations);
    EXPECT_EQ(stopped.count, budget);
  }
}

TEST(Minimize, ReturnsTheOriginal_WhenNothingFailsAgain) {
  const Program program = philosophers(2);
  const auto found = find_failure(program, 4);
  ASSERT_TRUE(found);
  const Minimized minimized = minimize(
      found->choices, [](const std::vector<Deviation> &) { return Trial{}; });
  EXPECT_EQ(answers(minimized.choices), answers(found->choices));
  EXPECT_EQ(minimized.deviations, model::from_choices(found->choices));
}

TEST(Minimize, LeavesNothing_WhenTheDefaultScheduleFails) {
  const Program program = {{{Do::step}, {Do::step}, {Do::check, 0}}, {{Do::step}, {Do::step}}};
  const auto found = find_failure(program, 5);
  ASSERT_TRUE(found);
  Runner run(program, found->result);
  const Minimized minimized = minimize(found->choices, std::ref(run));
  EXPECT_TRUE(minimized.deviations.empty());
  EXPECT_LE(run.count, 2u);
}

}  // namespace
}  // namespace interleave::explore
