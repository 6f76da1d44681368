// The graph engine against brute force on random programs: the same classes, each once, and the same outcomes.
// SPDX-License-Identifier: Apache-2.0
//
// A failure prints the seed and the program, shrunk. INTERLEAVE_FUZZ_PROGRAMS and INTERLEAVE_FUZZ_SEED ask for more or others.
#include <gtest/gtest.h>

#include <cstdlib>

#include "graph_brute_force.h"
#include "graph_random_program.h"

namespace interleave::explore::graph {
namespace {

constexpr int kLocations = 4;                 // of random programs, at most
constexpr std::size_t kMostPartial = 2500;    // partial executions that brute force looks at; larger programs are not taken

std::uint64_t number_from(const char *variable, std::uint64_t otherwise) {
  const char *text = std::getenv(variable);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

// key_of() and outcome_of() of the oracle, for the engine's graph.
std::string key_of(const Graph &g, std::size_t threads) {
  std::string text;
  const auto name = [](EventId e) {
    return e == kInit ? std::string("i") : std::to_string(e.thread() - 1) + "." + std::to_string(e.index());
  };
  std::vector<LocationIndex> index(kLocations + 1, kNoLocation);
  for (ThreadId t = 1; t <= threads; t++) {
    for (std::uint32_t i = 0; i < g.size(t); i++) {
      const Event &e = g.at(EventId::of(t, i));
      if (e.op.kind == Kind::finish) continue;
      if (e.op.location != 0) index[e.op.location] = e.location;
      text += std::to_string(e.op.location);
      if (e.is_read) text += "<" + name(e.rf);
      if (e.choice != 0) text += "!" + std::to_string(e.choice);
      text += ' ';
    }
    text += '|';
  }
  for (std::size_t l = 1; l <= kLocations; l++) {
    if (index[l] == kNoLocation) {
      text += ';';
      continue;
    }
    for (EventId w = g.first_store(index[l]); w != kNone; w = g.at(w).co_next) text += name(w) + ">";
    text += ';';
  }
  return text;
}

std::string outcome_of(const Graph &g, const std::vector<std::uint64_t> &registers) {
  std::string text;
  for (std::uint64_t r : registers) text += std::to_string(r) + " ";
  std::vector<std::uint64_t> values(kLocations + 1, 0);
  for (std::uint32_t stamp = 0; stamp < g.event_count(); stamp++) {
    const Event &e = g.at(g.by_stamp(stamp));
    if (e.is_write && e.co_next == kNone) values[e.op.location] = e.value;
  }
  for (std::size_t l = 1; l <= kLocations; l++) text += std::to_string(values[l]) + ",";
  return text;
}

struct Explored {
  std::set<std::string> complete, deadlocked, outcomes, stuck_outcomes;
  std::uint64_t repeated = 0, blocked = 0, executions = 0;
  bool diverged = false;
};

Explored explore(const RandomProgram &random, Model model) {
  std::vector<std::uint64_t> registers(random.size());
  Program program;
  for (std::size_t t = 0; t < random.size(); t++)
    program.thread([&, t](Self self) { return run_code(self, random[t], registers[t]); });
  std::pmr::unsynchronized_pool_resource memory;
  Explorer explorer(model, memory);
  std::vector<Operation> pending;
  Explored result;
  while (explorer.begin()) {
    std::fill(registers.begin(), registers.end(), 0);
    const Ending ending = execute(program, explorer, pending);
    result.diverged = result.diverged || ending == Ending::nondeterminism;
    if (result.diverged || ++result.executions > 200000) break;
    if (ending == Ending::blocked) {
      result.blocked++;
      continue;
    }
    const std::string key = key_of(explorer.graph(), random.size());
    auto &classes = ending == Ending::complete ? result.complete : result.deadlocked;
    result.repeated += !classes.insert(key).second;
    auto &outcomes = ending == Ending::complete ? result.outcomes : result.stuck_outcomes;
    outcomes.insert(outcome_of(explorer.graph(), registers));
  }
  return result;
}

// Empty: they agree, or the program is too large for brute force (*is_too_large).
std::string difference(const RandomProgram &program, Model model, bool *is_too_large, Explored *explored = nullptr) {
  const oracle::Executions want = oracle::Enumerator(program, model, kLocations, kMostPartial).run();
  *is_too_large = want.is_too_large;
  if (want.is_too_large) return "";
  const Explored got = explore(program, model);
  if (explored) *explored = got;
  if (got.diverged) return "diverged";
  if (got.complete != want.complete || got.deadlocked != want.deadlocked || got.repeated != 0)
    return "classes: want " + std::to_string(want.complete.size()) + "+" + std::to_string(want.deadlocked.size()) +
           " got " + std::to_string(got.complete.size()) + "+" + std::to_string(got.deadlocked.size()) + " repeated " +
           std::to_string(got.repeated);
  if (got.outcomes != want.outcomes || got.stuck_outcomes != want.stuck_outcomes) return "outcomes differ";
  return "";
}

// Removes instructions as long as the difference stays.
RandomProgram shrink(RandomProgram program, Model model) {
  for (bool shrunk = true; shrunk;) {
    shrunk = false;
    for (std::size_t t = 0; t < program.size() && !shrunk; t++) {
      for (std::size_t i = 0; i < program[t].size() && !shrunk; i++) {
        RandomProgram smaller = program;
        smaller[t].erase(smaller[t].begin() + static_cast<std::ptrdiff_t>(i));
        bool is_too_large;
        if (difference(smaller, model, &is_too_large).empty()) continue;
        program = smaller;
        shrunk = true;
      }
    }
  }
  return program;
}

template <typename Make>
void compare(Model model, std::uint64_t programs, Make make) {
  programs = number_from("INTERLEAVE_FUZZ_PROGRAMS", programs);
  const std::uint64_t first = number_from("INTERLEAVE_FUZZ_SEED", 1);
  std::uint64_t taken = 0, classes = 0, deadlocks = 0, blocked = 0, wrong = 0;
  for (std::uint64_t seed = first; taken < programs && wrong < 3; seed++) {
    Generator generator(seed);
    const RandomProgram program = make(generator);
    bool is_too_large = false;
    Explored explored;
    const std::string what = difference(program, model, &is_too_large, &explored);
    if (is_too_large) continue;
    taken++;
    classes += explored.complete.size();
    deadlocks += explored.deadlocked.size();
    blocked += explored.blocked;
    if (what.empty()) continue;
    wrong++;
    const RandomProgram smallest = shrink(program, model);
    ADD_FAILURE() << "seed " << seed << ": " << what << "\n  " << to_text(program) << "\n  shrunk ("
                  << difference(smallest, model, &is_too_large) << "): " << to_text(smallest);
  }
  EXPECT_GE(classes, taken);
  ::testing::Test::RecordProperty("programs", static_cast<int>(taken));
  std::printf("%llu programs, %llu classes, %llu deadlocks, %llu blocked\n", static_cast<unsigned long long>(taken),
              static_cast<unsigned long long>(classes), static_cast<unsigned long long>(deadlocks),
              static_cast<unsigned long long>(blocked));
}

RandomProgram atomics(Generator &g) { return g.atomics(3 + g.below(8)); }

TEST(GraphFuzz, AtomicsUnderSc_HaveTheClassesOfBruteForce) { compare(Model::sc, 4000, atomics); }
TEST(GraphFuzz, AtomicsUnderRc11_HaveTheClassesOfBruteForce) { compare(Model::rc11, 5000, atomics); }

RandomProgram locks(Generator &g) { return g.locks(3 + g.below(6)); }

TEST(GraphFuzz, LocksUnderSc_HaveTheClassesOfBruteForce) { compare(Model::sc, 3000, locks); }
TEST(GraphFuzz, LocksUnderRc11_HaveTheClassesOfBruteForce) { compare(Model::rc11, 3000, locks); }

RandomProgram objects(Generator &g) { return g.objects(3 + g.below(5)); }

TEST(GraphFuzz, ObjectsUnderSc_HaveTheClassesOfBruteForce) { compare(Model::sc, 2000, objects); }
TEST(GraphFuzz, ObjectsUnderRc11_HaveTheClassesOfBruteForce) { compare(Model::rc11, 2000, objects); }

RandomProgram awaits(Generator &g) { return g.awaits(2 + g.below(6)); }

TEST(GraphFuzz, AwaitsUnderSc_HaveTheClassesOfBruteForce) { compare(Model::sc, 1500, awaits); }
TEST(GraphFuzz, AwaitsUnderRc11_HaveTheClassesOfBruteForce) { compare(Model::rc11, 1500, awaits); }

RandomProgram mixed(Generator &g) { return g.mixed(2 + g.below(5)); }

TEST(GraphFuzz, MixedUnderSc_HaveTheClassesOfBruteForce) { compare(Model::sc, 1500, mixed); }
TEST(GraphFuzz, MixedUnderRc11_HaveTheClassesOfBruteForce) { compare(Model::rc11, 1500, mixed); }

}  // namespace
}  // namespace interleave::explore::graph
