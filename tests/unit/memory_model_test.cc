// The operational memory model against RC11's axioms, on programs small enough for brute force.
// SPDX-License-Identifier: Apache-2.0
//
// The operations are the runtime's own (runtime/atomics.cc); threads are interleaved by the
// strategies, as in the runtime. What bounded search without a bound can reach must be exactly what
// the axioms allow in some order of execution that agrees with po, rf and psc
// (objects/modification_order.h says what that leaves out), and what sampling reaches a part of it.
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "atomics_alone.h"
#include "axiomatic_model.h"
#include "explore/bounded.h"
#include "explore/random.h"

namespace interleave::runtime {
namespace {

using axiomatic::Do;
using axiomatic::Instruction;
using axiomatic::Outcome;
using axiomatic::Program;
using model::ChoiceKind;

// One execution of a program, its choices answered by a strategy.
class Execute {
 public:
  Execute(const Program &program, explore::Strategy &strategy) : strategy_(strategy) {
    const auto threads = static_cast<ThreadId>(program.size());
    alone::begin(threads + 1);
    alone::answer = [this](ChoiceKind kind, const std::uint32_t *values, std::uint32_t count) {
      return values[choose(kind, values, count)];
    };
    std::fill(std::begin(memory_), std::end(memory_), 0);
    seen_.resize(program.size());
    strategy.begin_execution();
    std::vector<std::size_t> at(program.size(), 0);
    while (true) {
      std::vector<std::uint32_t> able;
      for (std::uint32_t t = 0; t < threads; t++)
        if (at[t] < program[t].size()) able.push_back(t);
      if (able.empty()) break;
      std::uint32_t t = able[0];
      if (able.size() > 1)
        t = able[choose(ChoiceKind::thread, able.data(), static_cast<std::uint32_t>(able.size()))];
      alone::run(static_cast<ThreadId>(t + 1));
      perform(program[t][at[t]++], seen_[t]);
    }
    more_ = strategy.end_execution({choices_, campaign::Ending::passed});
    controlled = false;
  }

  Outcome outcome() const {
    Outcome all;
    for (const auto &of_thread : seen_) all.insert(all.end(), of_thread.begin(), of_thread.end());
    all.insert(all.end(), std::begin(memory_), std::end(memory_));
    return all;
  }
  bool more() const { return more_; }

 private:
  std::uint32_t choose(ChoiceKind kind, const std::uint32_t *values, std::uint32_t count) {
    const auto step = static_cast<model::Step>(choices_.size());
    const std::uint32_t taken =
        strategy_.choose({kind, step, execution.current->id, 0, false, count, values, nullptr});
    choices_.push_back({kind, false, static_cast<std::uint16_t>(count),
                        static_cast<std::uint16_t>(taken), 0, values[taken], 0});
    return taken;
  }

  void perform(const Instruction &i, Outcome &seen) {
    std::uint32_t *at = &memory_[i.location];
    switch (i.what) {
      case Do::load: seen.push_back(atomics::load(at, i.order, 0)); break;
      case Do::store: atomics::store(at, i.value, i.order, 0); break;
      case Do::add: seen.push_back(atomics::fetch<native::Add>(at, i.value, i.order, 0)); break;
      case Do::exchange:
        seen.push_back(atomics::fetch<native::Exchange>(at, i.value, i.order, 0));
        break;
      case Do::compare_exchange: {
        std::uint32_t expected = i.expected;
        atomics::compare_exchange(at, &expected, i.value, i.order, i.failure, false, 0);
        seen.push_back(expected);
        break;
      }
      case Do::fence: atomics::fence(i.order, 0); break;
    }
  }

  explore::Strategy &strategy_;
  std::vector<model::Choice> choices_;
  std::vector<Outcome> seen_;
  static inline std::uint32_t memory_[axiomatic::kLocations];
  bool more_ = false;
};

std::set<Outcome> all_reachable(const Program &program, std::uint32_t stale_reads = UINT32_MAX) {
  std::pmr::monotonic_buffer_resource memory;
  explore::Bounded strategy(UINT32_MAX, memory, explore::Bounded::kMemoryLimit, stale_reads);
  std::set<Outcome> outcomes;
  for (bool more = true; more;) {
    Execute execute(program, strategy);
    outcomes.insert(execute.outcome());
    more = execute.more();
  }
  return outcomes;
}

std::string text(const Program &program) {
  static constexpr const char *kNames[] = {"load", "store", "add", "exchange", "cas", "fence"};
  static constexpr const char *kOrders[] = {"rlx", "con", "acq", "rel", "acq_rel", "sc"};
  std::string out;
  for (const auto &thread : program) {
    out += "\n  |";
    for (const Instruction &i : thread) {
      out += std::string(" ") + kNames[static_cast<int>(i.what)];
      if (i.what != Do::fence) out += i.location == 0 ? " x" : " y";
      if (i.what == Do::compare_exchange) out += " " + std::to_string(i.expected);
      if (i.what != Do::load && i.what != Do::fence) out += " " + std::to_string(i.value);
      out += std::string(" ") + kOrders[static_cast<int>(i.order)];
      if (i.what == Do::compare_exchange)
        out += std::string("/") + kOrders[static_cast<int>(i.failure)];
      out += ";";
    }
  }
  return out;
}

class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed) {}

  // Two or three threads of one to four instructions of any kind, `events` in all.
  Program any(std::uint32_t events) {
    Program program(2 + below(2));
    for (auto &thread : program) thread.resize(1);
    for (std::size_t left = events - program.size(); left > 0;) {
      auto &thread = program[below(static_cast<std::uint32_t>(program.size()))];
      if (thread.size() == 4) continue;
      thread.emplace_back();
      left--;
    }
    for (auto &thread : program)
      for (Instruction &i : thread) i = below(6) == 0 ? fence() : access(below(2));
    return program;
  }

  // The shape of the classic tests (SB, MP, 2+2W, RWC ...): in each thread an access of one
  // location, often a fence, and an access of the other one.
  Program classic() {
    Program program(2 + below(2));
    for (auto &thread : program) {
      const std::uint32_t location = below(2);
      thread.push_back(access(location));
      if (below(3) != 0) thread.push_back(fence());
      if (program.size() == 2 || below(3) != 0) thread.push_back(access(1 - location));
    }
    return program;
  }

 private:
  std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(random_() % n); }

  Instruction fence() {
    static constexpr Order kOrders[] = {Order::acquire, Order::release, Order::acq_rel,
                                        Order::seq_cst, Order::seq_cst, Order::seq_cst};
    return {Do::fence, 0, kOrders[below(6)]};
  }
  Instruction access(std::uint32_t location) {
    static constexpr Order kLoads[] = {Order::relaxed, Order::acquire, Order::seq_cst};
    static constexpr Order kStores[] = {Order::relaxed, Order::release, Order::seq_cst};
    static constexpr Order kUpdates[] = {Order::relaxed, Order::acquire, Order::release,
                                         Order::acq_rel, Order::seq_cst};
    const std::uint32_t value = 1 + below(2);
    switch (below(11)) {
      case 0: return {Do::add, location, kUpdates[below(5)], value};
      case 1: return {Do::exchange, location, kUpdates[below(5)], value};
      case 2:
        return {Do::compare_exchange, location, kUpdates[below(5)], value, below(3),
                kLoads[below(3)]};
      case 3:
      case 4:
      case 5:
      case 6: return {Do::store, location, kStores[below(3)], value};
      default: return {Do::load, location, kLoads[below(3)]};
    }
  }

  std::mt19937_64 random_;
};

// One program: search reaches exactly what is allowed in some order. Counts what it shows.
struct Tally {
  int weak = 0;        // programs with outcomes that no interleaving has
  int lossy = 0;       // programs of which some allowed outcomes are not in any order
};

void compare(const Program &program, Tally &tally) {
  axiomatic::Enumerator truth(program);
  truth.run();
  ASSERT_EQ(all_reachable(program), truth.ordered) << text(program);
  tally.lossy += truth.allowed != truth.ordered;
  tally.weak += all_reachable(program, 0) != truth.allowed;
}

TEST(MemoryModel, BoundedSearch_ReachesExactlyWhatTheAxiomsAllowInSomeOrder) {
  Generator generator(1);
  Tally any, classic;
  for (std::uint32_t n = 0; n < 3000 && !HasFailure(); n++) compare(generator.any(4 + n % 4), any);
  for (std::uint32_t n = 0; n < 3000 && !HasFailure(); n++) compare(generator.classic(), classic);
  // The programs are such that something can go wrong, and what is lost is rare.
  EXPECT_GT(any.weak, 100);
  EXPECT_GT(classic.weak, 300);
  EXPECT_LT(any.lossy + classic.lossy, 100);
}

TEST(MemoryModel, Sampling_ReachesAPartOfWhatIsAllowed) {
  Generator generator(2);
  for (std::uint32_t n = 0; n < 500; n++) {
    const Program program = n % 2 == 0 ? generator.any(5 + n % 3) : generator.classic();
    axiomatic::Enumerator truth(program);
    truth.run();
    explore::RandomWalk strategy(n);
    for (int i = 0; i < 100; i++) {
      const Outcome outcome = Execute(program, strategy).outcome();
      ASSERT_TRUE(truth.ordered.contains(outcome)) << text(program);
    }
  }
}

}  // namespace
}  // namespace interleave::runtime
