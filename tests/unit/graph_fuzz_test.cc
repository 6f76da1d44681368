// The graph engine and sampling against brute force on random programs: the same classes, each once, the same outcomes, none besides.
// SPDX-License-Identifier: Apache-2.0
//
// A failure prints the seed and the program, shrunk. INTERLEAVE_FUZZ_PROGRAMS and INTERLEAVE_FUZZ_SEED ask for more or others.
#include <gtest/gtest.h>

#include "explore/random.h"
#include "graph_comparison.h"
#include "operational_sampler.h"

namespace interleave::explore::graph {
namespace {

constexpr int kSamples = 8;            // executions of each program

// Is what a random walk reaches known to the engine, which agrees with brute force?
std::string check_samples(const RandomProgram &program, Model model, std::uint64_t seed, const Explored &all) {
  Sampler sampler(program, model);
  RandomWalk strategy(seed);
  for (int i = 0; i < kSamples; i++) {
    const Sampler::End end = sampler.execute(strategy);
    const auto &possible = end.is_stuck ? all.stuck_outcomes : all.outcomes;
    if (!possible.contains(end.outcome)) return "sample " + std::to_string(i) + " is impossible: " + end.outcome;
  }
  return "";
}

bool has_barrier(const RandomProgram &program) {       // which, as loops, the sampler does not know
  for (const Code &code : program) {
    for (const Instruction &i : code) {
      if (i.op.kind == Kind::gather) return true;
    }
  }
  return false;
}

std::string difference_or_sample(const RandomProgram &program, Model model, std::uint64_t seed, bool *is_too_large, Explored *explored) {
  const std::string what = difference(program, model, is_too_large, explored);
  return what.empty() && !*is_too_large && !has_barrier(program) && !has_loops(program) ? check_samples(program, model, seed, *explored) : what;
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
    const std::string what = difference_or_sample(program, model, seed, &is_too_large, &explored);
    if (is_too_large) continue;
    taken++;
    classes += explored.complete.size();
    deadlocks += explored.deadlocked.size();
    blocked += explored.blocked;
    if (what.empty()) continue;
    wrong++;
    const auto why = [&](const RandomProgram &p) { return difference_or_sample(p, model, seed, &is_too_large, &explored); };
    const RandomProgram smallest = shrink(program, [&](const RandomProgram &p) { return !why(p).empty(); });
    ADD_FAILURE() << "seed " << seed << ": " << what << "\n  " << to_text(program) << "\n  shrunk (" << why(smallest)
                  << "): " << to_text(smallest);
  }
  EXPECT_GE(classes, taken);
  ::testing::Test::RecordProperty("programs", static_cast<int>(taken));
  std::printf("%llu programs, each %d samples, %llu classes, %llu deadlocks, %llu blocked\n", static_cast<unsigned long long>(taken), kSamples,
              static_cast<unsigned long long>(classes), static_cast<unsigned long long>(deadlocks),
              static_cast<unsigned long long>(blocked));
}

RandomProgram atomics(Generator &g) { return g.atomics(3 + g.below(8)); }

TEST(GraphFuzz, AtomicsUnderSc_HaveTheClassesOfBruteForce) { compare(Model::sc, 4000, atomics); }
TEST(GraphFuzz, AtomicsUnderRc11_HaveTheClassesOfBruteForce) { compare(Model::rc11, 5000, atomics); }

RandomProgram fences(Generator &g) { return g.fences(5 + g.below(6)); }

TEST(GraphFuzz, FencesUnderRc11_HaveTheClassesOfBruteForce) { compare(Model::rc11, 1500, fences); }

RandomProgram locks(Generator &g) { return g.locks(3 + g.below(6)); }

TEST(GraphFuzz, LocksUnderSc_HaveTheClassesOfBruteForce) { compare(Model::sc, 3000, locks); }
TEST(GraphFuzz, LocksUnderRc11_HaveTheClassesOfBruteForce) { compare(Model::rc11, 3000, locks); }

RandomProgram objects(Generator &g) { return g.objects(3 + g.below(5)); }

TEST(GraphFuzz, ObjectsUnderSc_HaveTheClassesOfBruteForce) { compare(Model::sc, 2000, objects); }
TEST(GraphFuzz, ObjectsUnderRc11_HaveTheClassesOfBruteForce) { compare(Model::rc11, 2000, objects); }

RandomProgram awaits(Generator &g) { return g.awaits(2 + g.below(6)); }

TEST(GraphFuzz, AwaitsUnderSc_HaveTheClassesOfBruteForce) { compare(Model::sc, 1500, awaits); }
TEST(GraphFuzz, AwaitsUnderRc11_HaveTheClassesOfBruteForce) { compare(Model::rc11, 1500, awaits); }

// The classes of awaits whose predicates have to be found out are those of the same awaits, and no more executions end blocked.
void compare_untold(Model model, std::uint64_t programs) {
  programs = number_from("INTERLEAVE_FUZZ_PROGRAMS", programs);
  const std::uint64_t first = number_from("INTERLEAVE_FUZZ_SEED", 1);
  std::uint64_t spins = 0, blocked = 0, wrong = 0;
  for (std::uint64_t seed = first; seed < first + programs && wrong < 3; seed++) {
    Generator generator(seed);
    const RandomProgram program = generator.awaits(3 + generator.below(7));
    const auto why = [&](const RandomProgram &p) -> std::string {
      const Explored told = explore(p, model);
      UntoldAwaits awaits;
      const Explored untold = explore(p, model, kMostExecutions, &awaits);
      spins += awaits.spins;
      blocked += untold.blocked;
      if (untold.diverged) return "diverged";
      if (untold.repeated != 0) return "repeated";
      if (untold.complete != told.complete) return "classes";
      if (untold.deadlocked != told.deadlocked)
        return "deadlocks " + std::to_string(told.deadlocked.size()) + " got " + std::to_string(untold.deadlocked.size());
      if (untold.blocked != told.blocked) return "blocked " + std::to_string(told.blocked) + " got " + std::to_string(untold.blocked);
      return "";
    };
    const std::string what = why(program);
    if (what.empty()) continue;
    wrong++;
    const RandomProgram smallest = shrink(program, [&](const RandomProgram &p) { return !why(p).empty(); });
    ADD_FAILURE() << "seed " << seed << ": " << what << "\n  " << to_text(program) << "\n  shrunk (" << why(smallest)
                  << "): " << to_text(smallest);
  }
  std::printf("%llu spins, %llu blocked\n", static_cast<unsigned long long>(spins), static_cast<unsigned long long>(blocked));
}

TEST(GraphFuzz, UntoldAwaitsUnderSc_HaveTheClassesOfToldOnes) { compare_untold(Model::sc, 5000); }
TEST(GraphFuzz, UntoldAwaitsUnderRc11_HaveTheClassesOfToldOnes) { compare_untold(Model::rc11, 5000); }

RandomProgram loops(Generator &g) { return g.loops(1 + g.below(5)); }

TEST(GraphFuzz, LoopsUnderSc_HaveTheClassesOfBruteForce) { compare(Model::sc, 600, loops); }
TEST(GraphFuzz, LoopsUnderRc11_HaveTheClassesOfBruteForce) { compare(Model::rc11, 600, loops); }

RandomProgram mixed(Generator &g) { return g.mixed(2 + g.below(5)); }

TEST(GraphFuzz, MixedUnderSc_HaveTheClassesOfBruteForce) { compare(Model::sc, 1500, mixed); }
TEST(GraphFuzz, MixedUnderRc11_HaveTheClassesOfBruteForce) { compare(Model::rc11, 1500, mixed); }

RandomProgram barriers(Generator &g) { return g.barriers(1 + g.below(6)); }

TEST(GraphFuzz, BarriersUnderSc_HaveTheClassesOfBruteForce) { compare(Model::sc, 1500, barriers); }
TEST(GraphFuzz, BarriersUnderRc11_HaveTheClassesOfBruteForce) { compare(Model::rc11, 1500, barriers); }

}  // namespace
}  // namespace interleave::explore::graph
