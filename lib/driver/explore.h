// Exploring one test: which strategy when, what the verdict may claim.
// SPDX-License-Identifier: Apache-2.0
//
// The automatic plan: the bounded strategy through bounds 0, 1, ... first, within nine tenths of
// the test's time; then, if anything lies beyond the bound, random walk and PCT for what is left,
// but at most kSamples executions each once the bound was drained, so that a clean test ends early
// instead of burning its minute. An explicit strategy gets all the time. Before that, the default
// schedule runs twice: a program that then does two different things cannot be explored.
#pragma once

#include <functional>
#include <string>

#include "driver/workbench.h"
#include "report/result.h"

namespace interleave::driver {

// Sampling after a drained bound: about a tenth of a second for a small program, a third where each
// execution has to be a process (runtime/process/image.h).
inline constexpr std::uint64_t kSamples = 500;
// Of the test's time, what the automatic plan leaves for sampling.
inline constexpr double kSamplingShare = 0.1;

// What is going on, for a progress line.
struct Glimpse {
  std::string test;
  std::string strategy;
  std::uint32_t bound = 0, max_bound = 0;  // level now explored, last one
  std::uint64_t executions = 0;            // of the test so far
  double level_done = -1;                  // 0..1; < 0: unknown
  double seconds = 0;                      // since the test began
  std::string phase;                       // "minimising", "recording": when not exploring
};

struct Watcher {
  std::function<void(const Glimpse &)> on_progress;  // about ten times a second
  std::function<void(report::TestResult &, report::Finding &)>
      on_finding;  // as they happen: saves, completes commands
};

struct Checkpoint;

// `checkpoint`: where what is left of an exhaustive search is written; `resumed`: what was left of an earlier one, null: it begins.
report::TestResult explore_test(const Program &program, const Test &test,
                                const ExploreOptions &options, const Watcher &watcher,
                                const std::string &checkpoint, const Checkpoint *resumed);

}  // namespace interleave::driver
