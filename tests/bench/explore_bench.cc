// What a strategy adds to an execution, a choice, a finding.
// SPDX-License-Identifier: Apache-2.0
//
// The program is an array of choices without an execution behind them, so that the numbers are the
// strategies' own: two threads that alternate freely, `range` choices an execution.
#include <benchmark/benchmark.h>

#include <vector>

#include "explore/bounded.h"
#include "explore/pct.h"
#include "explore/random.h"
#include "model/schedule.h"
#include "support/arena.h"

namespace interleave {
namespace {

// One execution of `steps` choices between the running thread and the other one.
void run(explore::Strategy &strategy, std::size_t steps, std::vector<model::Choice> *choices) {
  choices->clear();
  model::ThreadId current = 0;
  strategy.begin_execution();
  for (std::size_t i = 0; i < steps; i++) {
    const std::uint32_t values[] = {current, 1 - current};
    const std::uint32_t taken = strategy.choose({model::ChoiceKind::thread,
                                                 static_cast<model::Step>(i), current, 0, true, 2,
                                                 values, nullptr});
    choices->push_back({model::ChoiceKind::thread, true, 2, static_cast<std::uint16_t>(taken),
                        static_cast<std::uint16_t>(current), values[taken], 0});
    current = values[taken];
  }
  benchmark::DoNotOptimize(strategy.end_execution({*choices, campaign::Ending::passed}));
}

void count(benchmark::State &state) {
  state.SetItemsProcessed(state.iterations());
  state.counters["time/choice"] = benchmark::Counter(
      static_cast<double>(state.iterations() * state.range(0)),
      benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

// Without a bound there are 2^range schedules: it is never drained here.
void BM_Bounded(benchmark::State &state) {
  support::Arena arena;
  arena.reserve(campaign::kArenaBytes);
  explore::Bounded strategy(UINT32_MAX, arena);
  std::vector<model::Choice> choices;
  for (auto _ : state) run(strategy, static_cast<std::size_t>(state.range(0)), &choices);
  count(state);
  state.counters["bytes/execution"] = static_cast<double>(strategy.frontier().bytes_in_use()) /
                                      static_cast<double>(state.iterations());
}
BENCHMARK(BM_Bounded)->Arg(100)->Arg(1000);

void BM_RandomWalk(benchmark::State &state) {
  explore::RandomWalk strategy(1);
  std::vector<model::Choice> choices;
  for (auto _ : state) run(strategy, static_cast<std::size_t>(state.range(0)), &choices);
  count(state);
}
BENCHMARK(BM_RandomWalk)->Arg(10)->Arg(100);

void BM_Pct(benchmark::State &state) {
  support::Arena arena;
  arena.reserve(std::size_t{1} << 20);
  explore::Pct strategy(1, 3, arena);
  std::vector<model::Choice> choices;
  for (auto _ : state) run(strategy, static_cast<std::size_t>(state.range(0)), &choices);
  count(state);
}
BENCHMARK(BM_Pct)->Arg(10)->Arg(100);

void BM_ScheduleText(benchmark::State &state) {
  const model::Schedule schedule = {0x7c1e,
                                    {{14, model::ChoiceKind::thread, 2},
                                     {22, model::ChoiceKind::waiter, 3},
                                     {31, model::ChoiceKind::thread, 1}}};
  for (auto _ : state) benchmark::DoNotOptimize(model::parse_schedule(model::to_text(schedule)));
}
BENCHMARK(BM_ScheduleText);

}  // namespace
}  // namespace interleave

BENCHMARK_MAIN();
