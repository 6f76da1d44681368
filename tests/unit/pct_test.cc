// PCT: the published probability, measured; and its k under spinning.
// SPDX-License-Identifier: Apache-2.0
#include "explore/pct.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "explore/random.h"
#include "simulated_program.h"

namespace interleave::explore {
namespace {

using simulated::answers;
using simulated::Do;
using simulated::Instruction;
using simulated::Program;

constexpr int kExecutions = 20000;

// How often PCT makes the program fail.
double failure_rate(const Program &program, std::uint32_t depth, std::uint64_t seed) {
  std::pmr::monotonic_buffer_resource memory;
  Pct pct(seed, depth, memory);
  int failures = 0;
  for (int i = 0; i < kExecutions; i++) {
    const simulated::Execution execution = simulated::run(program, pct);
    EXPECT_TRUE(execution.more);
    failures += execution.result == simulated::Result::failed;
  }
  return failures / double{kExecutions};
}

// The most points with a choice that any execution of the program has, by a sample.
std::uint32_t measured_points(const Program &program, std::uint32_t depth) {
  std::pmr::monotonic_buffer_resource memory;
  Pct pct(1, depth, memory);
  for (int i = 0; i < 500; i++) simulated::run(program, pct);
  return pct.points();
}

void append(std::vector<Instruction> *thread, std::size_t count, Instruction instruction) {
  thread->insert(thread->end(), count, instruction);
}

// Threads that only step, around a pair that fails in one particular order.
Program with_bystanders(std::vector<Instruction> a, std::vector<Instruction> b,
                        std::size_t others) {
  Program program = {std::move(a), std::move(b)};
  const std::vector<Instruction> bystander(6, {Do::step});
  program.insert(program.end(), others, bystander);
  return program;
}

double bound(const Program &program, std::uint32_t depth) {
  const double k = measured_points(program, depth);
  return 1 / (static_cast<double>(program.size()) * std::pow(k, depth - 1));
}

TEST(Pct, FindsDepthOne_AsOftenAsPromised) {
  // Fails if b's last operation comes before a's first: a must be below b for the whole time.
  std::vector<Instruction> a = {{Do::load, 0}, {Do::check_register, 1}}, b;
  append(&b, 10, {Do::step});
  b.push_back({Do::store, 0});
  for (const std::size_t others : {0u, 1u, 4u}) {
    const Program program = with_bystanders(a, b, others);
    const double rate = failure_rate(program, 1, 5);
    EXPECT_GE(rate, 0.9 * bound(program, 1)) << others;
    // And more often than in a random walk, which must starve `a` by chance.
    RandomWalk walk(5);
    int failures = 0;
    for (int i = 0; i < kExecutions; i++) {
      failures += simulated::run(program, walk).result == simulated::Result::failed;
    }
    EXPECT_GT(rate, 4.0 * failures / kExecutions) << others;
  }
}

TEST(Pct, FindsDepthTwo_AsOftenAsPromised) {
  // A lost update: b's store between a's load and a's store, so both loaded 0 and the sum is 1.
  std::vector<Instruction> a, b;
  for (auto *thread : {&a, &b}) {
    append(thread, 5, {Do::step});
    append(thread, 1, {Do::load, 0});
    append(thread, 1, {Do::store, 0});
    append(thread, 1, {Do::set, thread == &a ? 0u : 1u});
  }
  std::vector<Instruction> judge = {{Do::await, 0}, {Do::await, 1}, {Do::check, 1}};
  for (const std::size_t others : {0u, 3u}) {
    Program program = with_bystanders(a, b, others);
    program.push_back(judge);
    EXPECT_GE(failure_rate(program, 2, 6), 0.9 * bound(program, 2)) << others;
  }
}

TEST(Pct, FindsDepthThree_AsOftenAsPromised) {
  // a's two loads must see different values of a variable that b stores to twice: 1, then 2.
  std::vector<Instruction> a, b;
  append(&a, 3, {Do::step});
  a.push_back({Do::load, 0});
  a.push_back({Do::set, 0});
  append(&a, 3, {Do::step});
  a.push_back({Do::check, 2});   // is b done just then ...
  append(&b, 3, {Do::step});
  b.push_back({Do::await, 0});   // ... though it began after a's load
  b.push_back({Do::load, 0});
  b.push_back({Do::store, 0});
  b.push_back({Do::load, 0});
  b.push_back({Do::store, 0});
  append(&b, 1, {Do::yield});
  b.push_back({Do::load, 1});
  b.push_back({Do::store, 0});   // 1 again: too late for the check
  const Program program = with_bystanders(a, b, 2);
  EXPECT_GE(failure_rate(program, 3, 7), 0.9 * bound(program, 3));
}

TEST(Pct, RunsOneThreadToItsEnd_WhenDepthIsOne) {
  const Program program(4, std::vector<Instruction>(5, {Do::step}));
  std::pmr::monotonic_buffer_resource memory;
  Pct pct(3, 1, memory);
  std::set<std::vector<model::ThreadId>> orders;
  for (int i = 0; i < 1000; i++) {
    const simulated::Execution execution = simulated::run(program, pct);
    if (i % 16 == 0) continue;   // a random walk
    std::vector<model::ThreadId> order;
    for (const model::Choice &c : execution.choices) {
      if (order.empty() || order.back() != c.value) order.push_back(c.value);
    }
    if (i < 100) continue;         // k is still being learned: tails are random
    EXPECT_EQ(order.size(), 3u);   // the fourth is alone in the end
    orders.insert(order);
  }
  EXPECT_EQ(orders.size(), 24u);   // 4!: any rank for any thread
}

TEST(Pct, ChangesAtMostAsOftenAsDepthAllows) {
  const Program program(3, std::vector<Instruction>(8, {Do::step}));
  for (const std::uint32_t depth : {0u, 1u, 2u, 5u}) {
    std::pmr::monotonic_buffer_resource memory;
    Pct pct(4, depth, memory);
    std::uint32_t most = 0;
    for (int i = 0; i < 2000; i++) {
      const simulated::Execution execution = simulated::run(program, pct);
      // While k is still being learned, executions have random tails.
      if (i < 500 || i % 16 == 0) continue;
      // The first choice is preempting in the simulation: thread 0 is running there.
      const bool first = execution.choices[0].taken != 0;
      most = std::max(most, model::preemptions(execution.choices) - first);
    }
    EXPECT_EQ(most, depth == 0 ? 0 : depth - 1);
  }
}

TEST(Pct, KeepsItsPrefixShort_WhenThreadsSpin) {
  // A starved spin must not make the next prefix longer and longer.
  class Spinner {
   public:
    // One execution: thread 0 spins until thread 1 has made its 10 steps. Returns its choices.
    std::vector<model::Choice> run(Strategy &strategy) {
      std::vector<model::Choice> choices;
      strategy.begin_execution();
      model::ThreadId current = 0;
      for (int left = 10; left > 0;) {
        const std::uint32_t values[] = {current, 1 - current};
        const auto step = static_cast<model::Step>(choices.size());
        const std::uint32_t index = strategy.choose(
            {model::ChoiceKind::thread, step, current, 0, true, 2, values, nullptr});
        current = values[index];
        if (current == 1) left--;
        choices.push_back({model::ChoiceKind::thread, true, 2, static_cast<std::uint16_t>(index),
                           static_cast<std::uint16_t>(values[0]), current, 0});
      }
      strategy.end_execution({choices, campaign::Ending::passed});
      return choices;
    }
  };
  std::pmr::monotonic_buffer_resource memory;
  Pct pct(8, 3, memory);
  std::size_t longest = 0;
  for (int i = 0; i < 5000; i++) longest = std::max(longest, Spinner().run(pct).size());
  EXPECT_LT(longest, 400u);   // walks have about 20 points, the longest of hundreds less than 60
}

TEST(Pct, IsReproducible_ByItsSeed) {
  const Program program(3, std::vector<Instruction>(6, {Do::step}));
  std::pmr::monotonic_buffer_resource memory;
  Pct one(11, 3, memory), same(11, 3, memory), other(12, 3, memory);
  int equal_to_other = 0;
  for (int i = 0; i < 100; i++) {
    const auto expected = answers(simulated::run(program, one).choices);
    EXPECT_EQ(answers(simulated::run(program, same).choices), expected);
    equal_to_other += answers(simulated::run(program, other).choices) == expected;
  }
  EXPECT_LT(equal_to_other, 15);
}

}  // namespace
}  // namespace interleave::explore
