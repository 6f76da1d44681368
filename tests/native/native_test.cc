// The exhaustive strategy from end to end on random programs of real threads: against brute force, with and without recall, and sampling.
// SPDX-License-Identifier: Apache-2.0
//
// Each program is explored natively (interpreter.cc), as an abstract one by the graph engine, and by brute force
// (graph_brute_force.h). Brute force knows its classes and outcomes, whether it can deadlock, and whether plain accesses race. Of a program
// without either
//   * running every execution has as many as there are classes, and all outcomes
//   * with recall there are as many, and no outcome besides (of what is recalled nobody sees the outcome)
//   * the other strategies show no outcome besides; bounded search without a bound shows all of them under SC
// and of the others each verdict is the one that brute force gives. A failure prints the seed and the program, shrunk.
// INTERLEAVE_FUZZ_PROGRAMS and INTERLEAVE_FUZZ_SEED ask for more or others.
#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cstring>

#include "graph_comparison.h"
#include "interpreter.h"
#include "structured_program.h"
#include "translation.h"

namespace native {
namespace {

using graph::Model;
using graph::RandomProgram;

// ---- outcomes, in memory that exploring processes share -------------------------------------------------------------------------

constexpr std::size_t kMostOutcomes = 1 << 12;

struct Kept {
  Outcome seen;
  std::uint8_t memory[kLocations], pointee;
};
struct Log {
  std::size_t count;                  // kMostOutcomes: some are missing
  Kept outcomes[kMostOutcomes];
} *kept;

}  // namespace

void keep(const Outcome *outcome, const unsigned char *variables, std::size_t gap, const void *pointer) {
  Kept now{};
  now.seen = *outcome;
  for (std::size_t l = 0; l < kLocations; l++) now.memory[l] = variables[l * gap];
  const unsigned char *last;
  std::memcpy(&last, pointer, sizeof last);
  if (last) now.pointee = *last;
  for (std::size_t i = kept->count; i-- > 0;)
    if (std::memcmp(&kept->outcomes[i], &now, sizeof now) == 0) return;
  if (kept->count < kMostOutcomes) kept->outcomes[kept->count++] = now;
}

namespace {

// The text that brute force has for the same outcome. What locks hold is not told.
std::string text_of(const Kept &outcome, const RandomProgram &program, std::uint64_t pointer) {
  std::string text;
  for (std::size_t t = 0; t < program.size(); t++) {
    for (std::size_t i = 0; i < outcome.seen.count[t]; i++) text += std::to_string(outcome.seen.seen[t][i]) + " ";
    text += "|";
  }
  for (std::uint64_t l = 1; l <= graph::locations_of(program); l++)
    text += std::to_string(l == pointer ? outcome.pointee : outcome.memory[l]) + ",";
  return text;
}

// ---- a program and its truth -----------------------------------------------------------------------------------------------------

struct Subject {
  RandomProgram program;
  Program native;
  std::uint64_t pointer = 0;           // the location that holds one
  std::uint64_t objects = 0;           // those that hold no value: bits
  bool tries = false, waits = false;   // try_lock, and condition variables, for which other strategies have other rules
};

Subject subject_of(const RandomProgram &program, const Program &native) {
  Subject s{program, native};
  for (const graph::Code &code : program) {
    for (const graph::Instruction &i : code) {
      if (i.plain != graph::Plain::none) continue;
      if (i.is_pointer) s.pointer = i.op.location;
      if (i.op.kind != graph::Kind::object) continue;
      s.objects |= std::uint64_t{1} << i.op.location;
      s.waits |= i.op.object == &graph::kCondition;
      s.tries |= i.op.object == &graph::kMutex && i.op.step == static_cast<int>(graph::MutexStep::try_lock);
      s.tries |= i.op.object == &graph::kRwlock && (i.op.step == static_cast<int>(graph::RwlockStep::try_lock) ||
                                                    i.op.step == static_cast<int>(graph::RwlockStep::try_lock_shared));
    }
  }
  return s;
}

// Outcomes of brute force without what locks hold.
std::set<std::string> visible(const std::set<std::string> &outcomes, const Subject &s) {
  if (s.objects == 0) return outcomes;
  std::set<std::string> out;
  for (const std::string &outcome : outcomes) {
    std::string text = outcome.substr(0, outcome.rfind('|') + 1);
    std::uint64_t location = 1;
    for (std::size_t at = text.size(); at < outcome.size(); location++) {
      const std::size_t end = outcome.find(',', at);
      text += (s.objects >> location & 1 ? "0" : outcome.substr(at, end - at)) + ",";
      at = end + 1;
    }
    out.insert(text);
  }
  return out;
}

struct Explored {
  Result result;
  std::set<std::string> outcomes;
  bool is_cut = false;                 // there are more outcomes than can be kept
  std::string rule() const { return std::strcmp(result.rule, "lock-order") == 0 ? "" : result.rule; }
};

Explored run(const Subject &s, const Options &options) {
  kept->count = 0;
  Explored e;
  e.result = explore(s.native, options);
  e.is_cut = kept->count == kMostOutcomes;
  for (std::size_t i = 0; i < kept->count; i++) e.outcomes.insert(text_of(kept->outcomes[i], s.program, s.pointer));
  return e;
}

// ---- comparisons: an empty text if all is well ---------------------------------------------------------------------------------

std::string text_of(const std::set<std::string> &outcomes) {
  std::string text;
  for (const std::string &outcome : outcomes) text += "{" + outcome + "}";
  return text;
}

struct Truth {
  graph::oracle::Executions all;
  std::set<std::string> outcomes;
  bool is_clean() const { return !all.has_race && all.deadlocked.empty(); }
};

// Does brute force know of such a finding?
std::string check_verdict(const Truth &truth, const Explored &got) {
  const std::string rule = got.rule();
  if (rule.empty()) return truth.is_clean() ? "" : truth.all.has_race ? "no race found" : "no deadlock found";
  if (rule == "data-race") return truth.all.has_race ? "" : "a race that is none";
  if (rule == "deadlock" || rule == "lost-wakeup") return truth.all.deadlocked.empty() ? "a deadlock that is none" : "";
  return rule + ": " + got.result.message;
}

std::string check_part(const Truth &truth, const Explored &got) {
  for (const std::string &outcome : got.outcomes)
    if (!truth.outcomes.contains(outcome)) return "outcome " + outcome + " is impossible";
  return "";
}

std::string check_exhaustive(const Truth &truth, const Explored &got, bool is_run_all) {
  if (const std::string what = check_verdict(truth, got); !what.empty()) return what;
  if (!truth.is_clean()) return "";
  if (got.result.rule[0] == '\0' && got.result.message[0] != '\0') return got.result.message;
  if (!got.result.complete) return "not complete";
  if (got.result.executions != truth.all.complete.size())
    return std::to_string(got.result.executions) + " executions, " + std::to_string(truth.all.complete.size()) + " classes";
  if (const std::string what = check_part(truth, got); !what.empty()) return what;
  if (is_run_all && got.result.recalled != 0) return "recalled though all are to run";
  if (is_run_all && !got.is_cut && got.outcomes.size() != truth.outcomes.size())
    return "outcomes " + text_of(got.outcomes) + " of " + text_of(truth.outcomes);
  return "";
}

struct Tally {
  std::uint64_t programs = 0, clean = 0, racy = 0, deadlocking = 0, classes = 0, recalled = 0, with_recall = 0, bounded = 0, sampled = 0;
};

constexpr std::uint64_t kMostBounded = 300;        // executions of a bounded search; what is larger is a sample

std::string check_others(const Subject &s, const Truth &truth, bool is_sc, Tally *tally) {
  if (s.waits) return "";                          // they have spurious wake-ups
  const auto check = [&](const char *name, const Explored &got) -> std::string {
    std::string what = got.rule().empty() ? "" : check_verdict(truth, got);
    if (what.empty() && truth.is_clean()) what = check_part(truth, got);
    return what.empty() ? "" : std::string(name) + ": " + what;
  };
  Options options{.is_sc = is_sc, .max_executions = is_sc ? kMostBounded : kMostBounded / 4};
  const Explored bounded = run(s, options);
  if (const std::string what = check("bounded", bounded); !what.empty()) return what;
  if (bounded.result.complete && is_sc && !s.tries) {
    tally->bounded++;
    if (const std::string what = check_verdict(truth, bounded); !what.empty()) return "bounded: " + what;
    if (truth.is_clean() && bounded.outcomes != truth.outcomes)
      return "bounded: outcomes " + text_of(bounded.outcomes) + " of " + text_of(truth.outcomes);
  }
  for (const auto strategy : {Strategy::random, Strategy::pct}) {
    options.strategy = strategy;
    options.max_executions = 20;
    tally->sampled++;
    if (const std::string what = check(strategy == Strategy::pct ? "pct" : "random", run(s, options)); !what.empty()) return what;
  }
  return "";
}

// Empty: all agree, or the program is too large for brute force.
std::string difference(const RandomProgram &program, std::uint64_t seed, Model model, Tally *tally) {
  const std::optional<Program> native = translate(program, seed);
  if (!native) return "";
  Truth truth{graph::oracle::run(program, model), {}};
  if (truth.all.is_too_large) return "";
  const Subject s = subject_of(program, *native);
  truth.outcomes = visible(truth.all.outcomes, s);
  tally->programs++;
  tally->clean += truth.is_clean();
  tally->racy += truth.all.has_race;
  tally->deadlocking += !truth.all.deadlocked.empty();
  if (!truth.all.has_race) {
    tally->classes += truth.all.complete.size();
    if (const std::string what = graph::difference(truth.all, graph::explore(program, model)); !what.empty()) return "simulated: " + what;
  }
  Options options{.strategy = Strategy::exhaustive, .is_sc = model == Model::sc, .run_all = true};
  if (const std::string what = check_exhaustive(truth, run(s, options), true); !what.empty()) return "all run: " + what;
  options.run_all = false;
  const Explored recalled = run(s, options);
  tally->recalled += recalled.result.recalled;
  tally->with_recall += recalled.result.recalled != 0;
  if (const std::string what = check_exhaustive(truth, recalled, false); !what.empty()) return "recall: " + what;
  // Each exploration is a process, and much of the time: one program in two is enough for these.
  return seed % 2 == 0 ? check_others(s, truth, model == Model::sc, tally) : "";
}

// Programs too large for brute force: recall and running every execution come to the same, and to the classes of the simulated program.
std::string difference_of_large(const RandomProgram &program, std::uint64_t seed, Model model, Tally *tally) {
  constexpr std::uint64_t kMostExecutions = 1500;
  const std::optional<Program> native = translate(program, seed);
  if (!native) return "";
  const graph::Explored simulated = graph::explore(program, model, kMostExecutions);
  if (simulated.executions > kMostExecutions) return "";
  const Subject s = subject_of(program, *native);
  Options options{.strategy = Strategy::exhaustive, .is_sc = model == Model::sc, .run_all = true};
  const Explored all = run(s, options);
  options.run_all = false;
  const Explored recalled = run(s, options);
  tally->programs++;
  tally->clean += all.rule().empty();
  tally->racy += all.rule() == "data-race";
  tally->deadlocking += all.rule() == "deadlock" || all.rule() == "lost-wakeup";
  tally->recalled += recalled.result.recalled;
  tally->with_recall += recalled.result.recalled != 0;
  if (all.rule() != recalled.rule()) return "\"" + all.rule() + "\" when all run, with recall \"" + recalled.rule() + "\"";
  if (!all.rule().empty()) return "";
  tally->classes += all.result.executions;
  if (!simulated.deadlocked.empty()) return "no deadlock found";
  if (!all.result.complete || !recalled.result.complete) return "not complete";
  if (all.result.executions != simulated.complete.size() || recalled.result.executions != simulated.complete.size())
    return std::to_string(all.result.executions) + " executions, with recall " + std::to_string(recalled.result.executions) +
           ", simulated " + std::to_string(simulated.complete.size());
  for (const std::string &outcome : recalled.outcomes)
    if (!all.outcomes.contains(outcome)) return "outcome " + outcome + " with recall only";
  const std::set<std::string> want = visible(simulated.outcomes, s);
  return all.is_cut || all.outcomes == want ? "" : "outcomes " + text_of(all.outcomes) + ", simulated " + text_of(want);
}

using Difference = std::string (*)(const RandomProgram &, std::uint64_t, Model, Tally *);

void compare(Model model, std::uint64_t programs, int least_events, Difference difference) {
  kept = static_cast<Log *>(mmap(nullptr, sizeof(Log), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  programs = graph::number_from("INTERLEAVE_FUZZ_PROGRAMS", programs);
  Tally tally, ignored;
  int wrong = 0;
  for (std::uint64_t seed = graph::number_from("INTERLEAVE_FUZZ_SEED", 1); tally.programs < programs && wrong < 3; seed++) {
    graph::StructuredGenerator generator(seed);
    const RandomProgram program = generator.program(least_events + generator.below(9));
    const std::string what = difference(program, seed, model, &tally);
    if (what.empty()) continue;
    wrong++;
    const RandomProgram smallest =
        graph::shrink(program, [&](const RandomProgram &p) { return !difference(p, seed, model, &ignored).empty(); });
    ADD_FAILURE() << "seed " << seed << ": " << what << "\n  " << graph::to_text(program) << "\n  shrunk ("
                  << difference(smallest, seed, model, &ignored) << "): " << graph::to_text(smallest);
  }
  munmap(kept, sizeof(Log));
  EXPECT_GE(tally.clean, programs / 3);
  EXPECT_GE(tally.racy, programs / 50);
  const bool have_deadlocks = least_events > 3;      // the smaller ones have no room for two locks in two orders
  EXPECT_GE(tally.deadlocking, have_deadlocks ? 1 : 0);
  EXPECT_GE(tally.with_recall, programs / 100);
  const auto n = [](std::uint64_t v) { return static_cast<unsigned long long>(v); };
  std::printf("%llu programs (%llu clean, %llu racy, %llu can deadlock), %llu classes; %llu recalled in %llu programs; "
              "%llu bounded complete, %llu samples\n",
              n(tally.programs), n(tally.clean), n(tally.racy), n(tally.deadlocking), n(tally.classes), n(tally.recalled),
              n(tally.with_recall), n(tally.bounded), n(tally.sampled));
}

TEST(Native, UnderSc_IsAsBruteForce) { compare(Model::sc, 400, 3, difference); }
TEST(Native, UnderRc11_IsAsBruteForce) { compare(Model::rc11, 400, 3, difference); }
TEST(Native, UnderSc_IsTheSameWithRecall) { compare(Model::sc, 200, 8, difference_of_large); }
TEST(Native, UnderRc11_IsTheSameWithRecall) { compare(Model::rc11, 200, 8, difference_of_large); }

}  // namespace
}  // namespace native
