// TestResult and RunResult: what was explored, how far, and what came out.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "report/finding.h"

namespace interleave::report {

// What one strategy did for a test.
struct Coverage {
  std::string strategy;       // "bounded", "random", "pct", "exhaustive"
  std::uint32_t bound = 0;    // bounded: the highest level asked for; UINT32_MAX: unlimited; exhaustive: of loops, 0: none
  std::int64_t drained = -1;  // bounded: highest level explored completely; -1: none
  bool is_complete = false;   // bounded: every level asked for is drained, nothing truncated
  bool is_everything =
      false;  // ... and nothing was left out beyond the bound: these were all schedules
  std::uint64_t executions = 0, truncated = 0;
  std::uint64_t blocked = 0;  // exhaustive: attempts besides, that were no executions but led to others
  std::uint64_t cut = 0;  // exhaustive: attempts besides, in which a loop had more rounds than its bound
  std::uint64_t recalled = 0;  // exhaustive: of `executions`, those that did not run since all that happens in them was known
  double level_done = -1;  // of the level it stopped in, 0..1; < 0: unknown
  std::uint64_t steps_min = 0, steps_max = 0, steps_sum = 0;  // choices per execution
  std::uint32_t threads = 0;                                  // most in an execution
  std::uint64_t seed = 0;                                     // of sampling
  // UINT64_MAX executions and more are not told apart from unknown (0).
  std::uint64_t estimated_total()
      const;  // executions of the bound that was not drained; 0: unknown
};

enum class Verdict : std::uint8_t {
  passed,       // no finding; how much was covered: see coverage
  sequential,   // no finding, and no scheduling point: a test without concurrency
  failed,       // at least one finding
  diverged,     // not deterministic
  untestable,   // the runtime refused
  interrupted,  // before it was through, without a finding
  internal,     // our own failure
};
const char *words(Verdict verdict);  // for machines: "passed"

struct TestResult {
  std::string name;
  Verdict verdict = Verdict::passed;
  std::vector<Coverage> coverage;
  std::vector<Finding> findings;
  std::vector<std::string> notes;  // sentences: what limits the verdict
  std::string failure;             // untestable, internal: the sentence
  double seconds = 0;              // for people; never in machine reports
  bool is_resumable = false;       // what is left was written down: --resume goes on
  std::string folder;              // where its files are
  bool has_finding() const { return !findings.empty(); }
  bool is_complete() const;  // by the bounded strategy, within its bound
  std::uint64_t executions() const;
};

// The settings that shape a verdict, as shown and stored.
struct RunSettings {
  std::string strategy, memory_model, on_race, threads;
  std::uint32_t bound = 2;  // UINT32_MAX: unlimited
  std::uint64_t seed = 1, max_executions = 0, max_steps = 0;
  double max_time = 0;
  std::uint32_t timeouts = 1, spurious_wakeups = 1, weak_cas_failures = 1;
  std::uint32_t stale_reads = 0;
  bool assumes_told_reads = false;
};

struct RunResult {
  std::string program;  // as typed
  std::vector<std::string> arguments;
  RunSettings settings;
  std::vector<TestResult> tests;
  std::vector<std::string> warnings;
  int interrupted_by = 0;  // signal
  double seconds = 0;
};

// exit_status() is the one of `interleave run` (UX 4.4); of several that apply, the first of
// finding, internal, diverged, interrupted, untestable, nothing tested, incomplete.
int exit_status(const RunResult &run, bool require_complete);

}  // namespace interleave::report
