// Workbench: starts the processes in which one test is explored.
// SPDX-License-Identifier: Apache-2.0
#include "driver/workbench.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include "support/fs.h"

namespace interleave::driver {

Workbench::Workbench(const Program &program, const Test &test, const ExploreOptions &options,
                     Scratch scratch)
    : program_(program), test_(test), options_(options), scratch_(std::move(scratch)),
      caution_{.runs_all = options.runs_all, .expects_untold = !options.assumes_told_reads} {
  if (options.plan != Plan::exhaustive) return;
  places_fd_ = memfd_create("interleave-places", MFD_CLOEXEC);
  if (places_fd_ < 0 || ftruncate(places_fd_, campaign::kPageBytes) != 0) return;
  void *at = mmap(nullptr, campaign::kPageBytes, PROT_READ | PROT_WRITE, MAP_SHARED, places_fd_, 0);
  if (at != MAP_FAILED) places_ = static_cast<std::uint32_t *>(at);
}

Workbench::~Workbench() {
  if (places_) munmap(places_, campaign::kPageBytes);
  if (places_fd_ >= 0) close(places_fd_);
}

campaign::Settings Workbench::settings() const {
  campaign::Settings s;
  s.bound = options_.bound;
  s.seed = options_.seed;
  s.max_steps = options_.max_steps;
  s.memory_model = options_.memory_model;
  s.by_graph = options_.plan == Plan::exhaustive;
  if (s.by_graph) s.budgets = options_.budgets_by_graph;
  s.caution = caution_;
  s.loop_bound = options_.loop_bound;
  s.on_race = options_.on_race;
  s.substrate = options_.substrate;
  s.carriers = carriers_;
  if (test_.kind == Test::Kind::body)
    std::snprintf(s.test, sizeof s.test, "%s", test_.name.c_str());
  return s;
}

model::Schedule Workbench::schedule(std::uint32_t fingerprint,
                                    std::vector<model::Deviation> deviations) const {
  const bool is_by_graph = options_.plan == Plan::exhaustive;
  return {fingerprint, std::move(deviations), options_.memory_model == campaign::MemoryModel::sc, is_by_graph,
          is_by_graph && options_.budgets_by_graph.weak_cas_failures != 0};
}

support::Result<Opening> Workbench::start(Role role, const campaign::Settings &settings) {
  Launch launch;
  launch.command.push_back(program_.path);
  launch.command.insert(launch.command.end(), program_.arguments.begin(), program_.arguments.end());
  for (std::string &argument : test_.selecting_arguments())
    launch.command.push_back(std::move(argument));
  launch.settings = settings;
  launch.output_path = scratch_.output_file(static_cast<int>(role));
  launch.temp_folder = scratch_.temp_folder(static_cast<int>(role));
  if (role == Role::search) {
    rest_ = {};
    launch.rest = &rest_;
  }
  if (role == Role::search || role >= Role::search_beside) launch.places_fd = places_fd_;
  return open(launch, patience());
}

std::string Workbench::output(Role role) const {
  return support::read_file(scratch_.output_file(static_cast<int>(role))).value_or("");
}

double Workbench::patience() const {
  return std::min(options_.patience, std::max(options_.max_time, 1.0));
}

void Workbench::raise_carriers(std::uint32_t needed) {
  carriers_ = std::min<std::uint32_t>(std::max(needed, carriers_ * 2), model::kMaxThreads);
}

}  // namespace interleave::driver
