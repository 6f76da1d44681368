// How complete a result is, and the exit status it means.
// SPDX-License-Identifier: Apache-2.0
#include "report/result.h"

#include <signal.h>

#include <algorithm>

#include "support/exit.h"

namespace interleave::report {

const char *words(Verdict verdict) {
  switch (verdict) {
    case Verdict::passed: return "passed";
    case Verdict::sequential: return "sequential";
    case Verdict::failed: return "failed";
    case Verdict::diverged: return "diverged";
    case Verdict::untestable: return "untestable";
    case Verdict::interrupted: return "interrupted";
    case Verdict::internal: return "internal";
  }
  return "internal";
}

std::uint64_t Coverage::estimated_total() const {
  constexpr double kLeast = 1e-6;  // a smaller part says nothing about the whole
  if (is_complete || level_done < kLeast) return 0;
  double total = static_cast<double>(executions) / std::min(level_done, 1.0);
  return total < 1e18 ? static_cast<std::uint64_t>(total) : 0;
}

bool TestResult::is_complete() const {
  if (verdict == Verdict::sequential) return true;
  return std::any_of(coverage.begin(), coverage.end(),
                     [](const Coverage &c) { return c.is_complete; });
}

std::uint64_t TestResult::executions() const {
  std::uint64_t sum = 0;
  for (const Coverage &part : coverage) sum += part.executions;
  return sum;
}

int exit_status(const RunResult &run, bool require_complete) {
  using support::Exit;
  auto any = [&](Verdict v) {
    return std::any_of(run.tests.begin(), run.tests.end(),
                       [&](const TestResult &t) { return t.verdict == v; });
  };
  auto exit = [&] {
    bool has_finding = std::any_of(run.tests.begin(), run.tests.end(), [](const TestResult &t) {
      return std::any_of(t.findings.begin(), t.findings.end(),
                         [](const Finding &f) { return f.rule != model::Rule::nondeterminism; });
    });
    if (has_finding || any(Verdict::failed)) return Exit::finding;
    if (any(Verdict::internal)) return Exit::internal;
    if (any(Verdict::diverged)) return Exit::diverged;
    if (run.interrupted_by != 0)
      return run.interrupted_by == SIGINT ? Exit::interrupted : Exit::terminated;
    if (any(Verdict::untestable)) return Exit::untestable;
    if (!any(Verdict::passed)) return Exit::nothing_tested;
    bool is_complete = std::all_of(run.tests.begin(), run.tests.end(),
                                   [](const TestResult &t) { return t.is_complete(); });
    return require_complete && !is_complete ? Exit::incomplete : Exit::ok;
  };
  return static_cast<int>(exit());
}

}  // namespace interleave::report
