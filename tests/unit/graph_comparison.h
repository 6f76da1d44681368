// The graph engine and brute force on one random program: do they agree? And the smallest program on which they do not.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>

#include "graph_brute_force.h"
#include "graph_random_program.h"

namespace interleave::explore::graph {

inline std::uint64_t number_from(const char *variable, std::uint64_t otherwise) {
  const char *text = std::getenv(variable);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

// key_of() and outcome_of() of the oracle, for the engine's graph.
inline std::string key_of(const Graph &g, const RandomProgram &program) {
  const std::uint64_t locations = locations_of(program);
  std::string text;
  const auto name = [](EventId e) {
    return e == kInit ? std::string("i") : std::to_string(e.thread() - 1) + "." + std::to_string(e.index());
  };
  std::vector<LocationIndex> index(locations + 1, kNoLocation);
  for (ThreadId t = 1; t <= program.size(); t++) {
    for (std::uint32_t i = 0; i < g.size(t); i++) {
      const Event &e = g.at(EventId::of(t, i));
      if (e.op.kind == Kind::finish) continue;
      const std::uint64_t location = touches_location(e.op.kind) ? e.op.location : 0;
      if (location != 0) index[location] = e.location;
      text += std::to_string(location);
      if (e.is_read) text += "<" + name(e.rf);
      if (e.choice != 0) text += "!" + std::to_string(e.choice);
      text += ' ';
    }
    text += '|';
  }
  for (std::size_t l = 1; l <= locations; l++) {
    if (index[l] == kNoLocation) {
      text += ';';
      continue;
    }
    for (EventId w = g.first_store(index[l]); w != kNone; w = g.at(w).co_next) text += name(w) + ">";
    text += ';';
  }
  return text;
}

inline std::string outcome_of(const Graph &g, const Machine &machine) {
  const std::uint64_t locations = locations_of(machine.program);
  std::string text;
  for (const Register &r : machine.registers) text += r.seen + "|";
  std::vector<std::uint64_t> values(locations + 1, 0);
  for (std::uint32_t stamp = 0; stamp < g.event_count(); stamp++) {
    const Event &e = g.at(g.by_stamp(stamp));
    if (e.is_write && e.co_next == kNone) values[e.op.location] = e.value;
  }
  for (std::size_t l = 1; l <= locations; l++) text += std::to_string(values[l]) + ",";
  return text;
}

struct Explored {
  std::set<std::string> complete, deadlocked, cut, outcomes, stuck_outcomes;
  std::uint64_t repeated = 0, blocked = 0, executions = 0;
  bool diverged = false;
};

constexpr std::uint64_t kMostExecutions = 200000;

// Stops after `most` executions.
inline Explored explore(const RandomProgram &random, Model model, std::uint64_t most = kMostExecutions, UntoldAwaits *untold = nullptr) {
  Machine machine(random);
  const Program program = program_of(machine);
  std::pmr::unsynchronized_pool_resource memory;
  Explorer explorer(model, memory);
  std::vector<Operation> pending;
  Explored result;
  if (untold) explorer.foresee(*untold);
  for (bool has_more = explorer.begin(), again; has_more; has_more = again ? explorer.begin_again() : explorer.begin()) {
    const Ending ending = execute(program, explorer, pending, untold);
    again = ending == Ending::again;
    if (again) continue;
    result.diverged = result.diverged || ending == Ending::nondeterminism;
    if (result.diverged || ++result.executions > most) break;
    if (ending == Ending::blocked) {
      result.blocked++;
      continue;
    }
    const std::string key = key_of(explorer.graph(), random);
    auto &classes = ending == Ending::complete ? result.complete : ending == Ending::cut ? result.cut : result.deadlocked;
    result.repeated += !classes.insert(key).second;
    if (ending == Ending::cut) continue;
    auto &outcomes = ending == Ending::complete ? result.outcomes : result.stuck_outcomes;
    outcomes.insert(outcome_of(explorer.graph(), machine));
  }
  return result;
}

// Empty: they agree.
inline std::string difference(const oracle::Executions &want, const Explored &got) {
  if (got.diverged) return "diverged";
  const auto sizes = [](const auto &e) {
    return std::to_string(e.complete.size()) + "+" + std::to_string(e.deadlocked.size()) + "+" + std::to_string(e.cut.size());
  };
  if (got.complete != want.complete || got.deadlocked != want.deadlocked || got.cut != want.cut || got.repeated != 0)
    return "classes: want " + sizes(want) + " got " + sizes(got) + " repeated " + std::to_string(got.repeated);
  if (got.outcomes != want.outcomes || got.stuck_outcomes != want.stuck_outcomes) return "outcomes differ";
  return "";
}

inline bool has_loops(const RandomProgram &program) {
  return std::any_of(program.begin(), program.end(), [](const Code &code) {
    return std::any_of(code.begin(), code.end(), [](const Instruction &i) { return i.loop != 0; });
  });
}

// Empty: they agree, or the program is too large for brute force (*is_too_large).
inline std::string difference(const RandomProgram &program, Model model, bool *is_too_large, Explored *explored = nullptr) {
  const oracle::Executions want = oracle::run(program, model);
  *is_too_large = want.is_too_large;
  if (want.is_too_large) return "";
  const Explored got = explore(program, model);
  if (explored) *explored = got;
  const std::string what = difference(want, got);
  if (!what.empty() || !has_loops(program)) return what;
  // A round that changes nothing is its thread's last. What is left out so is no outcome.
  constexpr int kMostFutile = 2;
  const oracle::Executions uncut = oracle::run(program, model, kMostFutile, 4 * oracle::kMostPartial);
  return uncut.is_too_large || got.outcomes == uncut.outcomes ? "" : "outcomes differ if rounds that change nothing go on";
}

// Removes instructions as long as the program fails.
template <typename Fails>
RandomProgram shrink(RandomProgram program, Fails fails) {
  for (bool shrunk = true; shrunk;) {
    shrunk = false;
    for (std::size_t t = 0; t < program.size() && !shrunk; t++) {
      for (std::size_t i = 0; i < program[t].size() && !shrunk; i++) {
        RandomProgram smaller = without(program, t, i);
        if (!fails(smaller)) continue;
        program = std::move(smaller);
        shrunk = true;
      }
    }
  }
  return program;
}

}  // namespace interleave::explore::graph
