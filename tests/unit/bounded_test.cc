// The bounded strategy against naive enumeration: every schedule within the bound, once, in order.
// SPDX-License-Identifier: Apache-2.0
#include "explore/bounded.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "simulated_program.h"

namespace interleave::explore {
namespace {

using simulated::answers;
using simulated::Do;
using simulated::Program;

constexpr std::uint32_t kUnlimited = UINT32_MAX;

struct Enumeration {
  std::vector<std::vector<std::uint32_t>> executions;   // in the order they ran
  std::vector<std::uint32_t> preemptions;
  std::uint64_t left_out = 0;
  std::uint64_t live_items = 0;
};

Enumeration drain(const Program &program, std::uint32_t bound,
                  std::uint64_t memory_limit = Bounded::kMemoryLimit,
                  std::uint32_t stale_reads = kUnlimited) {
  std::pmr::monotonic_buffer_resource memory;
  Bounded strategy(bound, memory, memory_limit, stale_reads);
  Enumeration out;
  campaign::Progress progress{};
  double level_done = 0;
  for (bool more = true; more;) {
    strategy.report(progress);
    const std::uint32_t level = progress.bound;
    const simulated::Execution execution = simulated::run(program, strategy);
    out.executions.push_back(answers(execution.choices));
    out.preemptions.push_back(model::preemptions(execution.choices));
    more = execution.more;
    EXPECT_FALSE(execution.diverged);
    EXPECT_GE(out.preemptions.back(), level);
    strategy.report(progress);
    EXPECT_GE(progress.level_done, progress.bound == level ? level_done : 0.0);
    EXPECT_LE(progress.level_done, 1.0);
    level_done = progress.level_done;
  }
  EXPECT_EQ(level_done, 1.0);
  out.left_out = progress.left_out;
  out.live_items = strategy.frontier().live_items();
  return out;
}

using Answers = std::set<std::vector<std::uint32_t>>;

// All executions of the program, and how many preemptions each has.
std::map<std::vector<std::uint32_t>, std::uint32_t> all_executions(const Program &program) {
  std::map<std::vector<std::uint32_t>, std::uint32_t> out;
  simulated::for_each_execution(
      simulated::Machine(program), kUnlimited, [&out](const simulated::Machine &m) {
        EXPECT_TRUE(out.emplace(answers(m.choices()), m.preemptions()).second);
      });
  return out;
}

Answers within(std::uint32_t bound,
               const std::map<std::vector<std::uint32_t>, std::uint32_t> &all) {
  Answers out;
  for (const auto &[execution, preemptions] : all) {
    if (preemptions <= bound) out.insert(execution);
  }
  return out;
}

void expect_exactly(const Enumeration &found, const Answers &wanted) {
  const Answers set(found.executions.begin(), found.executions.end());
  EXPECT_EQ(set.size(), found.executions.size()) << "some execution ran twice";
  EXPECT_EQ(set, wanted);
  EXPECT_EQ(found.live_items, 0u) << "items were not given back";
}

TEST(Bounded, EnumeratesEachScheduleOnce_WhenProgramsAreRandom) {
  std::mt19937_64 random(1);
  std::size_t executions = 0;
  for (int i = 0; i < 3000; i++) {
    SCOPED_TRACE(i);
    const Program program = simulated::random_program(random, 3, 3);
    const auto all = all_executions(program);
    for (const std::uint32_t bound : {0u, 1u, 2u, 3u, kUnlimited}) {
      const Answers wanted = within(bound, all);
      const Enumeration found = drain(program, bound);
      expect_exactly(found, wanted);
      EXPECT_TRUE(std::is_sorted(found.preemptions.begin(), found.preemptions.end()));
      EXPECT_EQ(found.left_out == 0, wanted.size() == all.size());
      executions += found.executions.size();
      if (HasFailure()) return;
    }
  }
  EXPECT_GT(executions, 300000u);   // else the programs were too small to mean anything
}

TEST(Bounded, KeepsTheBudgetOfStaleReads_WhenProgramsReadOldValues) {
  std::mt19937_64 random(3);
  for (int i = 0; i < 500; i++) {
    SCOPED_TRACE(i);
    Program program = simulated::random_program(random, 2, 3);
    for (auto &thread : program)
      thread.push_back({Do::read, 2 + static_cast<std::uint32_t>(random() % 2)});
    Answers wanted[3];
    std::uint32_t stale_ones = 0;
    simulated::for_each_execution(simulated::Machine(program), 2, [&](const simulated::Machine &m) {
      std::uint32_t stale = 0;
      for (const model::Choice &c : m.choices())
        stale += c.kind == model::ChoiceKind::store && c.taken != 0;
      for (std::uint32_t most = stale; most < 3; most++) wanted[most].insert(answers(m.choices()));
      stale_ones += stale != 0;
    });
    for (std::uint32_t most = 0; most < 3; most++)
      expect_exactly(drain(program, 2, Bounded::kMemoryLimit, most), wanted[most]);
    const Enumeration without = drain(program, kUnlimited, Bounded::kMemoryLimit, 0);
    if (stale_ones != 0) {
      EXPECT_GT(without.left_out, 0u);
    }
    if (HasFailure()) return;
  }
}

TEST(Bounded, EnumeratesEachScheduleOnce_WhenMemoryIsShort) {
  std::mt19937_64 random(2);
  for (int i = 0; i < 500; i++) {
    SCOPED_TRACE(i);
    const Program program = simulated::random_program(random, 3, 3);
    const auto all = all_executions(program);
    // 0: nothing may wait; two chunks: the first level does, later ones do not.
    for (const std::uint64_t limit : {std::uint64_t{0}, std::uint64_t{2 * ChunkPool::kBytes}}) {
      expect_exactly(drain(program, 2, limit), within(2, all));
      expect_exactly(drain(program, kUnlimited, limit), within(kUnlimited, all));
    }
    if (HasFailure()) return;
  }
}

TEST(Bounded, CountsAsMultinomialsDo_WhenThreadsOnlyStep) {
  const auto steps = [](std::size_t threads, std::size_t n) {
    return Program(threads, std::vector(n, simulated::Instruction{Do::step}));
  };
  EXPECT_EQ(drain(steps(1, 5), kUnlimited).executions.size(), 1u);
  EXPECT_EQ(drain(steps(2, 2), kUnlimited).executions.size(), 6u);        // 4! / (2! 2!)
  EXPECT_EQ(drain(steps(2, 6), kUnlimited).executions.size(), 924u);      // 12! / (6! 6!)
  EXPECT_EQ(drain(steps(3, 3), kUnlimited).executions.size(), 1680u);     // 9! / (3! 3! 3!)
  EXPECT_EQ(drain(steps(4, 2), kUnlimited).executions.size(), 2520u);     // 8! / (2!)^4
}

TEST(Bounded, KeepsWaitingLevelsInFewBytes_WhenTheyAreLarge) {
  // Enough schedules to fill several chunks with items and several with queued numbers.
  const Program program(3, std::vector(4, simulated::Instruction{Do::step}));
  std::pmr::monotonic_buffer_resource memory;
  Bounded strategy(kUnlimited, memory);
  std::uint64_t most_bytes = 0, most_items = 0, count = 1;
  while (simulated::run(program, strategy).more) {
    count++;
    most_bytes = std::max(most_bytes, strategy.frontier().bytes_in_use());
    most_items = std::max(most_items, strategy.frontier().live_items());
  }
  EXPECT_EQ(count, 34650u);   // 12! / (4!)^3
  EXPECT_GE(most_bytes, 4 * ChunkPool::kBytes);
  // Items are 16 bytes; each waiting schedule has less than 4 bytes in a queue.
  EXPECT_LE(most_bytes, most_items * 16 + count * 4 + 3 * ChunkPool::kBytes);
}

TEST(Bounded, ExploresWhatWasReached_WhenTheLastChoiceWasNotRecorded) {
  // The process was killed between asking and recording: as if it had died one choice earlier.
  const Program program(2, std::vector(2, simulated::Instruction{Do::step}));
  std::pmr::monotonic_buffer_resource memory;
  Bounded strategy(kUnlimited, memory);
  simulated::Machine machine(program);
  model::ChoicePoint point;
  strategy.begin_execution();
  while (machine.next(&point)) machine.take(strategy.choose(point));
  std::vector<model::Choice> choices = machine.choices();
  ASSERT_EQ(choices.size(), 2u);   // aa, then b alone
  choices.pop_back();
  EXPECT_TRUE(strategy.end_execution({choices, campaign::Ending::none}));
  Answers later;
  for (bool more = true; more;) {
    const simulated::Execution execution = simulated::run(program, strategy);
    EXPECT_TRUE(later.insert(answers(execution.choices)).second);
    more = execution.more;
  }
  // Of aabb's five others, abab and abba differ at the lost choice; baab, baba and bbaa before it.
  EXPECT_EQ(later.size(), 3u);
}

TEST(Bounded, ReportsDivergence_WhenTheProgramIsNotTheSameTwice) {
  // The default schedule of `first` asks at steps 0 (preempting) and 1 (thread 1 or 2, 0 being at
  // its end); the second execution is to be 1>2.
  const Program first = {{{Do::step}}, {{Do::step}}, {{Do::step}}};
  const Program other_kind = {{{Do::choose, 2}, {Do::choose, 3}}, {}, {}};
  const Program shorter = {{{Do::step}}, {{Do::step}}, {}};
  for (const Program &other : {other_kind, shorter}) {
    std::pmr::monotonic_buffer_resource memory;
    Bounded strategy(kUnlimited, memory);
    ASSERT_TRUE(simulated::run(first, strategy).more);
    EXPECT_EQ(strategy.divergence(), nullptr);
    const simulated::Execution execution = simulated::run(other, strategy);
    ASSERT_NE(strategy.divergence(), nullptr);
    const campaign::Divergence &why = *strategy.divergence();
    EXPECT_EQ(why.step, 1u);
    EXPECT_EQ(why.wanted_kind, model::ChoiceKind::thread);
    EXPECT_EQ(why.wanted_value, 2u);
    EXPECT_EQ(execution.diverged, other.front().size() == 2);
    EXPECT_EQ(why.count, execution.diverged ? 3u : 0u);
    // The search goes on with the rest, and the next execution starts with a clean slate.
    ASSERT_TRUE(execution.more);
    simulated::run(first, strategy);
    EXPECT_EQ(strategy.divergence(), nullptr);
  }
}

TEST(Bounded, EstimatesTheLevel_WhenHalfOfItIsDone) {
  const Program program(3, std::vector(5, simulated::Instruction{Do::step}));
  std::map<std::uint32_t, std::vector<double>> estimates;
  std::pmr::monotonic_buffer_resource memory;
  Bounded strategy(2, memory);
  campaign::Progress progress{};
  bool more = true;
  while (more) {
    strategy.report(progress);
    estimates[progress.bound].push_back(progress.level_done);
    more = simulated::run(program, strategy).more;
  }
  ASSERT_EQ(estimates.size(), 3u);
  for (const std::uint32_t level : {1u, 2u}) {
    const std::vector<double> &e = estimates[level];
    EXPECT_EQ(e.front(), 0.0);
    EXPECT_NEAR(e[e.size() / 2], 0.5, 0.2) << "level " << level << " of " << e.size();
  }
}

}  // namespace
}  // namespace interleave::explore
