// The seam between one execution and the next.
// SPDX-License-Identifier: Apache-2.0
#include "explore/exhaustive.h"

namespace interleave::explore {
namespace {

graph::Model model_of(campaign::MemoryModel model) {
  return model == campaign::MemoryModel::sc ? graph::Model::sc : graph::Model::rc11;
}

}  // namespace

Exhaustive::Exhaustive(campaign::MemoryModel model, std::pmr::memory_resource &memory)
    : explorer_(model_of(model), memory) {}

void Exhaustive::begin_execution() {
  if (!has_begun_) explorer_.begin();
  has_begun_ = true;
}

// What the engine does not decide happens as in the default schedule: the runtime gives such choices no budget here.
std::uint32_t Exhaustive::choose(const model::ChoicePoint &) { return 0; }

bool Exhaustive::end_execution(const ExecutionEnd &) {
  explorer_.end();
  return explorer_.begin();
}

void Exhaustive::report(campaign::Progress &progress) const {
  progress.bound = 0;
  progress.level_done = explorer_.done();
  progress.left_out = 0;
  progress.blocked = explorer_.counts().blocked;
}

}  // namespace interleave::explore
