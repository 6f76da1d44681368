// Atomic waits as single awaits, against waits that sleep and are woken, on random programs.
// SPDX-License-Identifier: Apache-2.0
//
// Where the search takes it for granted that waits are notified (explore/graph/assumptions.h), and no execution contradicts it, it must have
// found all there is: the same outcomes as with every wait, sleep and wake-up gone through, where nobody sleeps for ever.
// INTERLEAVE_FUZZ_PROGRAMS and INTERLEAVE_FUZZ_SEED ask for more or others.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>

#include "explore/graph/assumptions.h"
#include "explore/graph/notified.h"
#include "explore/graph/objects/waiters.h"
#include "graph_random_program.h"

namespace interleave::explore::graph {
namespace {

bool sets_register(Kind kind) { return kind != Kind::store && kind != Kind::fence; }

// A wait is an await in the generated program: location, order, and the old value as operand. A notify is Kind::create; operand: of all?
bool is_notify(const Operation &op) { return op.kind == Kind::create; }

Operation condition(std::uint64_t location, ConditionStep step, Order order) {
  Operation op = Generator::object(kWaiters, 0, static_cast<std::uint8_t>(step), order).op;
  op.location = queue_at(location);
  return op;
}

Operation choice(std::uint64_t n) {
  Operation op;
  op.kind = Kind::choose;
  op.order = rlx;
  op.operand = n;
  return op;
}

enum class How { await, sleep };

struct Asleep {
  bool fast = false, slow = false;       // in an await; waiting for a notify
};

// What a thread does, as the runtime does it (runtime/futex.cc).
Body run(const Code &code, How how, std::uint64_t &last, Asleep &asleep) {
  last = 0;
  asleep = {};
  for (const Instruction &i : code) {
    if (i.only_if >= 0 && last != static_cast<std::uint64_t>(i.only_if)) continue;
    Operation op = i.op;
    op.operand = operand_of(i, last);
    if (is_notify(op)) {
      if (how == How::await) {
        Operation local = choice(1);
        local.location = queue_at(op.location);
        co_await AwaitAnswer{{local}};
      } else {
        co_await AwaitAnswer{{condition(op.location, op.operand != 0 ? ConditionStep::notify_all : ConditionStep::notify_one, rel)}};
      }
      continue;
    }
    if (op.kind == Kind::await) {
      while (how == How::sleep) {
        const Answer sleeps = co_await AwaitAnswer{{choice(2)}};
        if (sleeps.value == 0) break;
        co_await AwaitAnswer{{condition(op.location, ConditionStep::wait, acq)}};
        Operation equal = op;
        equal.predicate = Predicate::equal;
        asleep.fast = true;
        co_await AwaitAnswer{{equal}};
        asleep.fast = false;
        asleep.slow = true;
        co_await AwaitAnswer{{condition(op.location, ConditionStep::wake, rlx)}};
        asleep.slow = false;
      }
      asleep.fast = true;
      const Answer found = co_await AwaitAnswer{{op}};
      last = found.value;
      asleep.fast = false;
      continue;
    }
    const Answer answer = co_await AwaitAnswer{{op}};
    if (sets_register(op.kind)) last = answer.value;
  }
}

struct Explored {
  std::set<std::string> outcomes;
  bool sleeps_for_ever = false;          // somebody, really
  bool is_doubtful = false;              // an assumption is broken
  bool is_too_large = false;
  std::uint64_t executions = 0;
};

std::string outcome_of(const Graph &g, const std::vector<std::uint64_t> &registers) {
  std::string text;
  for (std::uint64_t r : registers) text += std::to_string(r) + " ";
  std::map<std::uint64_t, std::uint64_t> values;
  for (std::uint32_t stamp = 0; stamp < g.event_count(); stamp++) {
    const Event &e = g.at(g.by_stamp(stamp));
    if (e.is_write && e.co_next == kNone && e.op.location < queue_at(0)) values[e.op.location] = e.value;
  }
  for (const auto &[location, value] : values) text += std::to_string(location) + "=" + std::to_string(value) + ",";
  return text;
}

Explored explore(const RandomProgram &random, Model model, How how) {
  std::vector<std::uint64_t> registers(random.size());
  std::vector<Asleep> asleep(random.size());
  Assumptions assumptions;
  Program program;
  for (std::size_t t = 0; t < random.size(); t++) {
    program.thread([&, t](Self) { return run(random[t], how, registers[t], asleep[t]); });
    for (const Instruction &i : random[t]) {
      if (i.op.kind == Kind::await) assumptions.add_wait(i.op.location, static_cast<ThreadId>(t));
      if (is_notify(i.op)) assumptions.add_notify(i.op.location, i.op.operand != 0);
    }
  }
  Explored result;
  if (how == How::await && assumptions.is_broken()) {
    result.is_doubtful = true;
    return result;
  }
  std::pmr::unsynchronized_pool_resource memory;
  Explorer explorer(model, memory);
  std::vector<Operation> pending;
  while (explorer.begin()) {
    std::fill(registers.begin(), registers.end(), 0);
    std::fill(asleep.begin(), asleep.end(), Asleep{});
    const Ending ending = execute(program, explorer, pending);
    if (++result.executions > 30000) {
      result.is_too_large = true;
      break;
    }
    const bool any_fast = std::any_of(asleep.begin(), asleep.end(), [](const Asleep &a) { return a.fast; });
    if (ending == Ending::complete) result.outcomes.insert(outcome_of(explorer.graph(), registers));
    if (how == How::await) {
      result.is_doubtful |= !are_waits_notified(explorer.graph()) || (ending == Ending::deadlock && any_fast);
    } else {
      result.sleeps_for_ever |= ending == Ending::deadlock && !any_fast;
    }
  }
  return result;
}

RandomProgram waits(Generator &g) {
  RandomProgram program = g.atomics(2 + g.below(4));
  int locations = 1;
  for (const Code &code : program) {
    for (const Instruction &i : code) locations = std::max(locations, static_cast<int>(i.op.location));
  }
  const bool all = g.below(3) != 0;
  for (Code &code : program) {
    Code with_notifies;
    for (const Instruction &i : code) {
      with_notifies.push_back(i);
      const bool writes = i.op.kind == Kind::store || i.op.kind == Kind::rmw || i.op.kind == Kind::cas;
      if (!writes || g.below(5) == 0) continue;
      Instruction notify;
      notify.op.kind = Kind::create;
      notify.op.location = i.op.location;
      notify.op.operand = all;
      with_notifies.push_back(notify);
    }
    code = with_notifies;
  }
  for (int i = g.below(3); i >= 0; i--) {
    Instruction wait;
    wait.op.kind = Kind::await;
    wait.op.bytes = 1;
    wait.op.location = static_cast<std::uint64_t>(1 + g.below(locations));
    wait.op.operand = static_cast<std::uint64_t>(g.below(4) == 0);
    wait.op.order = std::array{rlx, acq, sc}[static_cast<std::size_t>(g.below(3))];
    Code &code = program[static_cast<std::size_t>(g.below(static_cast<int>(program.size())))];
    code.insert(code.begin() + g.below(static_cast<int>(code.size()) + 1), wait);
  }
  return program;
}

std::string text_of(const RandomProgram &program) {
  RandomProgram shown = program;
  std::string text;
  for (Code &code : shown) {
    for (const Instruction &i : code)
      text += is_notify(i.op) ? "notify" + std::to_string(i.op.location) + (i.op.operand != 0 ? " all; " : " one; ") : to_text(i) + "; ";
    text += "||  ";
  }
  return text;
}

std::uint64_t number_from(const char *variable, std::uint64_t otherwise) {
  const char *text = std::getenv(variable);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

void compare(Model model) {
  const std::uint64_t programs = number_from("INTERLEAVE_FUZZ_PROGRAMS", 1500), first = number_from("INTERLEAVE_FUZZ_SEED", 1);
  std::uint64_t taken = 0, trusted = 0, with_sleepers = 0, without_need = 0, few = 0, many = 0, wrong = 0;
  for (std::uint64_t seed = first; taken < programs && wrong < 3; seed++) {
    Generator generator(seed);
    const RandomProgram program = waits(generator);
    const Explored slow = explore(program, model, How::sleep);
    if (slow.is_too_large) continue;
    const Explored fast = explore(program, model, How::await);
    taken++;
    with_sleepers += slow.sleeps_for_ever;
    without_need += fast.is_doubtful && !slow.sleeps_for_ever;
    if (fast.is_doubtful) continue;
    trusted++;
    few += fast.executions;
    many += slow.executions;
    if (!slow.sleeps_for_ever && fast.outcomes == slow.outcomes) continue;
    wrong++;
    ADD_FAILURE() << "seed " << seed << (slow.sleeps_for_ever ? ": somebody sleeps for ever" : ": outcomes differ") << "\n  "
                  << text_of(program);
  }
  EXPECT_GE(trusted, taken / 8);
  EXPECT_GE(with_sleepers, taken / 20);
  std::printf("%llu programs, %llu trusted (%llu executions instead of %llu), %llu with sleepers, %llu doubted without need\n",
              static_cast<unsigned long long>(taken), static_cast<unsigned long long>(trusted), static_cast<unsigned long long>(few),
              static_cast<unsigned long long>(many), static_cast<unsigned long long>(with_sleepers),
              static_cast<unsigned long long>(without_need));
}

TEST(GraphWaits, AwaitsUnderSc_HaveTheOutcomesOfSleeping) { compare(Model::sc); }
TEST(GraphWaits, AwaitsUnderRc11_HaveTheOutcomesOfSleeping) { compare(Model::rc11); }

// A thread that stores and does not notify: seen in the execution where the wait finds the store.
TEST(GraphWaits, ChangeWithoutNotify_IsDoubted) {
  Instruction wait, store;
  wait.op.kind = Kind::await;
  wait.op.location = store.op.location = 1;
  store.op.kind = Kind::store;
  store.op.operand = 1;
  Instruction notify = wait;
  notify.op.kind = Kind::create;
  notify.op.operand = 1;
  EXPECT_TRUE(explore({{wait}, {store}}, Model::rc11, How::await).is_doubtful);
  EXPECT_TRUE(explore({{wait}, {store}}, Model::rc11, How::sleep).sleeps_for_ever);
  const Explored notified = explore({{wait}, {store, notify}}, Model::rc11, How::await);
  EXPECT_FALSE(notified.is_doubtful);
  EXPECT_EQ(notified.executions, 1u);
}

}  // namespace
}  // namespace interleave::explore::graph
