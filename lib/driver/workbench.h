// Workbench: starts the processes in which one test is explored, replayed and recorded.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "driver/opening.h"
#include "driver/tests.h"
#include "driver/watchdog.h"
#include "driver/workspace.h"
#include "model/schedule.h"

namespace interleave::driver {

enum class Plan : std::uint8_t { automatic, bounded, random, pct, exhaustive };

struct ExploreOptions {
  Plan plan = Plan::automatic;
  std::uint32_t bound = 2;  // UINT32_MAX: unlimited
  std::uint64_t seed = 1;
  std::uint64_t max_executions = 0;  // of a test; 0: no limit
  double max_time = 60;              // seconds, of a test
  double patience = Watchdog::kPatience;  // seconds in which nothing happens: an execution hangs
  std::uint32_t max_steps = 20000;
  std::uint32_t keep_going = 1;  // findings of a test before it is left; UINT32_MAX: all
  campaign::MemoryModel memory_model = campaign::MemoryModel::cxx;
  bool runs_all = false;  // exhaustive: see campaign::Caution
  bool assumes_told_reads = false;  // ... its expects_untold is not set
  std::uint32_t loop_bound = 0;  // exhaustive: see campaign::Settings
  campaign::Budgets budgets_by_graph = campaign::kBudgetsByGraph;  // exhaustive
  std::uint32_t jobs = 1;  // exhaustive: processes that share the search
  bool resumes = false;    // exhaustive: goes on where the last run was interrupted
  campaign::OnRace on_race = campaign::OnRace::stop;
  campaign::Substrate substrate = campaign::Substrate::fibers;
};

// Names of a test's processes: each has its output file and temporary folder. Those that search beside the first are `search_beside`,
// and what follows it.
enum class Role : int { search = 1, minimize = 2, record = 3, watch = 4, search_beside = 5 };
inline constexpr Role searcher(std::uint32_t n) {
  return n == 0 ? Role::search : static_cast<Role>(static_cast<int>(Role::search_beside) + static_cast<int>(n) - 1);
}

class Workbench {
 public:
  Workbench(const Program &program, const Test &test, const ExploreOptions &options,
            Scratch scratch);
  ~Workbench();
  Workbench(const Workbench &) = delete;
  Workbench &operator=(const Workbench &) = delete;

  // settings() are those of every request for this test; the strategy is the caller's to set.
  campaign::Settings settings() const;
  // schedule() is these deviations under this test's memory model.
  model::Schedule schedule(std::uint32_t fingerprint,
                           std::vector<model::Deviation> deviations) const;
  // start() brings a fresh process to where exploration begins. Recording must be decided at the
  // start.
  support::Result<Opening> start(Role role, const campaign::Settings &settings);
  std::string output(Role role) const;  // what the program of that role wrote last

  const Program &program() const { return program_; }
  const Test &test() const { return test_; }
  const ExploreOptions &options() const { return options_; }
  // patience() is how long a process may give no sign of work, in seconds.
  double patience() const;

  // An execution needed more threads than there are carriers: processes started from now on have
  // enough.
  void raise_carriers(std::uint32_t needed);
  std::uint32_t carriers() const { return carriers_; }
  void set_carriers(std::uint32_t carriers) { carriers_ = carriers; }

  // What all processes that search share (campaign::kSessionVariable); null: it could not be had.
  std::uint32_t *places() { return places_; }
  // set_caution() is called when a search has to begin anew: from now on settings() say what it does without.
  void set_caution(const campaign::Caution &caution) { caution_ = caution; }
  const campaign::Caution &caution() const { return caution_; }
  // rest() is of the program in which the search began last, when that has ended.
  const Rest &rest() const { return rest_; }

 private:
  const Program &program_;
  const Test &test_;
  const ExploreOptions &options_;
  Scratch scratch_;
  std::uint32_t carriers_ = campaign::Settings{}.carriers;
  campaign::Caution caution_;
  Rest rest_;
  int places_fd_ = -1;
  std::uint32_t *places_ = nullptr;
};

}  // namespace interleave::driver
