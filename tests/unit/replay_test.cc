// Replay and Guided: given executions come back; impossible ones are explained or bent.
// SPDX-License-Identifier: Apache-2.0
#include "explore/replay.h"

#include <gtest/gtest.h>

#include "explore/guided.h"
#include "explore/random.h"
#include "simulated_program.h"

namespace interleave::explore {
namespace {

using model::ChoiceKind;
using model::Deviation;
using simulated::answers;
using simulated::Do;
using simulated::Program;

TEST(Replay, RepeatsTheExecution_FromItsText) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 3000; i++) {
    const Program program = simulated::random_program(random, 4, 6);
    RandomWalk walk(static_cast<std::uint64_t>(i));
    const simulated::Execution original = simulated::run(program, walk);
    const std::string text = model::to_text({0, model::from_choices(original.choices)});
    const auto schedule = model::parse_schedule(text);
    ASSERT_TRUE(schedule);
    Replay replay(schedule->deviations);
    const simulated::Execution repeated = simulated::run(program, replay);
    ASSERT_EQ(answers(repeated.choices), answers(original.choices)) << text;
    ASSERT_EQ(repeated.result, original.result);
    ASSERT_FALSE(repeated.more);
    ASSERT_EQ(replay.divergence(), nullptr);
  }
}

TEST(Guided, RepeatsTheExecution_FromItsOwnDeviations) {
  std::mt19937_64 random(2);
  for (int i = 0; i < 3000; i++) {
    const Program program = simulated::random_program(random, 4, 6);
    RandomWalk walk(static_cast<std::uint64_t>(i));
    const simulated::Execution original = simulated::run(program, walk);
    std::pmr::monotonic_buffer_resource memory;
    Guided guided(model::from_choices(original.choices), memory);
    ASSERT_EQ(answers(simulated::run(program, guided).choices), answers(original.choices)) << i;
  }
}

TEST(Guided, IgnoresWhatDoesNotApply) {
  const Program program(2, std::vector(3, simulated::Instruction{Do::step}));
  const std::vector<Deviation> wishes = {{7, ChoiceKind::thread, 9, 0, 1},      // no such thread
                                         {7, ChoiceKind::user, 1, 0, 1},        // no such choice
                                         {7, ChoiceKind::thread, 1, 0, 2},      // applies
                                         {7, ChoiceKind::thread, 0, 5, 0}};     // no such place
  std::pmr::monotonic_buffer_resource memory;
  Guided guided(wishes, memory);
  const simulated::Execution execution = simulated::run(program, guided);
  EXPECT_FALSE(execution.diverged);
  EXPECT_FALSE(execution.more);
  EXPECT_EQ(model::from_choices(execution.choices),
            (std::vector<Deviation>{{2, ChoiceKind::thread, 1}}));
}

TEST(Guided, UsesEachDeviationOnce_WhenTheyHaveOnePlace) {
  // Two choices of one operation, then one that no deviation is left for.
  const std::vector<Deviation> wishes = {{4, ChoiceKind::user, 2, 1, 7},
                                         {5, ChoiceKind::user, 1, 1, 7}};
  std::pmr::monotonic_buffer_resource memory;
  Guided guided(wishes, memory);
  const std::uint32_t values[] = {0, 1, 2};
  const model::ChoicePoint point = {ChoiceKind::user, 0, 1, 7, false, 3, values, nullptr};
  for (int execution = 0; execution < 2; execution++) {
    guided.begin_execution();
    EXPECT_EQ(guided.choose(point), 2u);
    EXPECT_EQ(guided.choose(point), 1u);
    EXPECT_EQ(guided.choose(point), 0u);
  }
}

TEST(Guided, WaitsForTheThreadToStop_WhenToldSo) {
  const std::vector<Deviation> wishes = {{0, ChoiceKind::thread, 2, 1, kWhenStopped}};
  std::pmr::monotonic_buffer_resource memory;
  Guided guided(wishes, memory);
  const std::uint32_t running[] = {1, 0, 2}, stopped[] = {0, 2};
  guided.begin_execution();
  EXPECT_EQ(guided.choose({ChoiceKind::thread, 0, 1, 3, true, 3, running, nullptr}), 0u);
  EXPECT_EQ(guided.choose({ChoiceKind::thread, 1, 0, 4, false, 2, stopped, nullptr}), 0u);
  EXPECT_EQ(guided.choose({ChoiceKind::thread, 2, 1, 4, false, 2, stopped, nullptr}), 1u);
  EXPECT_EQ(guided.choose({ChoiceKind::thread, 3, 1, 5, false, 2, stopped, nullptr}), 0u);
}

struct Impossible {
  std::vector<Deviation> deviations;
  campaign::Divergence why;
};

TEST(Replay, SaysWhatWasThere_WhenItCannotFollow) {
  const Program program = {{{Do::step}, {Do::choose, 12}, {Do::step}}, {{Do::step}}};
  const Impossible cases[] = {
      {{{0, ChoiceKind::thread, 9}},
       {0, ChoiceKind::thread, ChoiceKind::thread, 9, 2, {0, 1}}},
      {{{2, ChoiceKind::thread, 1}},
       {2, ChoiceKind::thread, ChoiceKind::user, 1, 12, {0, 1, 2, 3, 4, 5, 6, 7}}},
      {{{0, ChoiceKind::thread, 1}, {5, ChoiceKind::timeout, 1}},
       {5, ChoiceKind::timeout, ChoiceKind::timeout, 1, 0, {}}},
  };
  for (const Impossible &c : cases) {
    SCOPED_TRACE(model::to_text({0, c.deviations}));
    Replay replay(c.deviations);
    const simulated::Execution execution = simulated::run(program, replay);
    EXPECT_FALSE(execution.more);
    EXPECT_EQ(execution.diverged, c.why.count != 0);
    ASSERT_NE(replay.divergence(), nullptr);
    EXPECT_EQ(replay.divergence()->step, c.why.step);
    EXPECT_EQ(replay.divergence()->wanted_kind, c.why.wanted_kind);
    EXPECT_EQ(replay.divergence()->found_kind, c.why.found_kind);
    EXPECT_EQ(replay.divergence()->wanted_value, c.why.wanted_value);
    EXPECT_EQ(replay.divergence()->count, c.why.count);
    for (std::size_t i = 0; i < std::size(c.why.values); i++) {
      EXPECT_EQ(replay.divergence()->values[i], c.why.values[i]);
    }
  }
}

TEST(Replay, IsNoDivergence_WhenTheExecutionFailsBeforeTheLastDeviation) {
  const Program program = {{{Do::step}, {Do::check, 0}}, {{Do::step}}};   // fails under the default
  const std::vector<Deviation> deviations = {{40, ChoiceKind::thread, 1}};
  Replay replay(deviations);
  const simulated::Execution execution = simulated::run(program, replay);
  EXPECT_EQ(execution.result, simulated::Result::failed);
  EXPECT_EQ(replay.divergence(), nullptr);
}

TEST(Replay, TakesTheDefault_WhenADeviationNamesIt) {
  const Program program(2, std::vector(2, simulated::Instruction{Do::step}));
  const std::vector<Deviation> deviations = {{1, ChoiceKind::thread, 0}};
  Replay replay(deviations);
  EXPECT_EQ(answers(simulated::run(program, replay).choices), (std::vector<std::uint32_t>{0, 0}));
  EXPECT_EQ(replay.divergence(), nullptr);
}

TEST(MakeStrategy, BuildsWhatTheSettingsName) {
  const Program program(2, std::vector(2, simulated::Instruction{Do::step}));
  const std::vector<Deviation> deviations = {{1, ChoiceKind::thread, 1, 0, 1}};
  for (const auto kind : {campaign::Strategy::bounded, campaign::Strategy::random,
                          campaign::Strategy::pct, campaign::Strategy::replay,
                          campaign::Strategy::guided}) {
    std::pmr::monotonic_buffer_resource memory;
    campaign::Settings settings;
    settings.strategy = kind;
    Strategy *strategy = make_strategy(settings, deviations, memory);
    const simulated::Execution execution = simulated::run(program, *strategy);
    campaign::Progress progress{};
    strategy->report(progress);
    EXPECT_EQ(progress.level_done >= 0, kind == campaign::Strategy::bounded);
    const bool follows =
        kind == campaign::Strategy::replay || kind == campaign::Strategy::guided;
    EXPECT_EQ(execution.more, !follows);
    EXPECT_EQ(model::from_choices(execution.choices) == deviations, follows);
  }
}

}  // namespace
}  // namespace interleave::explore
