// Exploration: one test's, from the start of its first process to its verdict.
// SPDX-License-Identifier: Apache-2.0
//
// What explore_test() does (explore.h). explore.cc has all but the exhaustive search in several processes, which is in explore_parts.cc.
#pragma once

#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "driver/checkpoint.h"
#include "driver/confirm.h"
#include "driver/crew.h"
#include "driver/explore.h"

namespace interleave::driver {

struct Phase {
  campaign::Strategy strategy;
  double seconds;
  std::uint64_t executions;  // 0: no limit
};

const char *name_of(campaign::Strategy strategy);

struct SoftFailure : KnownFailure {
  std::string strategy;
  std::uint32_t bound;
};

class Exploration {
 public:
  Exploration(Workbench &bench, const Watcher &watcher, report::TestResult &result,
              const std::string &checkpoint, const Checkpoint *resumed)
      : bench_(bench), options_(bench.options()), watcher_(watcher), result_(result),
        checkpoint_(checkpoint), resumed_(resumed) {}

  void run() {
    if (resumed_) resume();
    while (!run_in_one_process()) {}
    settle_soft_findings();
    conclude();
  }

 private:
  // What to do after a request.
  enum class Next { go_on, phase_over, restart, leave };

  bool run_in_one_process();  // false: again, with more carriers
  void conclude_without_choice(const Opening &opening);
  bool is_deterministic();  // also fills in the fingerprint; false: the verdict is set, or restart_
  void explore_phases();
  std::vector<Phase> later_phases() const;
  Next run_phase(const Phase &phase);
  Next run_parts(const Phase &phase);
  void resume();
  void save(Crew &crew);
  void forget_checkpoint() {
    std::remove(checkpoint_.c_str());
    result_.is_resumable = false;
  }
  Next take_answer(const Session::Answer &answer, const Phase &phase, report::Coverage &part);
  std::string last_words(const std::string &otherwise, int status) const;
  std::string endless_text();
  void require_execution(report::Coverage &part);
  void cover(const Phase &phase, const campaign::Progress &p, report::Coverage &part);
  Next take_finding(const Phase &phase, std::uint64_t executions);
  void collect_soft(const Phase &phase);
  void settle_soft_findings();
  void add_confirmed(Confirmation confirmation, const Failure &failure, const std::string &strategy,
                     std::uint32_t bound, std::uint64_t executions);
  void add_finding(report::Finding finding);
  void add_nondeterminism(const std::string &what, const std::string &schedule);
  void judge_rest();
  void conclude();
  void show(const std::string &strategy, const std::string &phase) {
    show(strategy, phase, campaign().progress);
  }
  void show(const std::string &strategy, const std::string &phase, const campaign::Progress &p);
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
  }
  double left() const { return options_.max_time - seconds(); }
  campaign::Campaign &campaign() { return current_->campaign(); }

  Workbench &bench_;
  const ExploreOptions &options_;
  const Watcher &watcher_;
  report::TestResult &result_;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  std::string checkpoint_;           // the file; empty: none
  const Checkpoint *resumed_;        // null: from the beginning
  std::unique_ptr<Session> session_;
  Session *current_ = nullptr;       // whose answer is looked at
  Role role_ = Role::search;         // ... and its role
  std::vector<SoftFailure> soft_;
  std::vector<KnownFailure> hard_;
  std::vector<std::vector<std::uint64_t>> seen_;  // of hard ones: equal ones are not confirmed again
  std::uint32_t fingerprint_ = 0;
  std::uint64_t executions_before_ = 0;  // of earlier phases
  std::uint32_t notes_ = 0;
  bool has_cut_timeouts_ = false;
  bool tries_together_ = false;     // locks that are taken together are tried elsewhere (runtime/together.h)
  bool reached_choice_ = false, restart_ = false, is_over_ = false;
};

}  // namespace interleave::driver
