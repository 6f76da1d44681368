// The seam between one execution and the next.
// SPDX-License-Identifier: Apache-2.0
#include "explore/exhaustive.h"

#include "explore/graph/notified.h"

namespace interleave::explore {
namespace {

// A recalled execution in this many is run all the same; the first ones more often: the 1st, 2nd, 4th, 8th ... Running one costs a program of
// some kilobytes about 300 us (a fork), recalling one half a microsecond and more: so audits take less than a tenth of the time.
constexpr std::uint64_t kAuditEvery = 8192;

bool is_audit_due(std::uint64_t count) { return (count & (count - 1)) == 0 || count % kAuditEvery == 0; }

graph::Model model_of(campaign::MemoryModel model) {
  return model == campaign::MemoryModel::sc ? graph::Model::sc : graph::Model::rc11;
}

}  // namespace

Exhaustive::Exhaustive(campaign::MemoryModel model, bool runs_all, std::pmr::memory_resource &memory)
    : model_(model_of(model)), memory_(&memory), recorder_(model_, memory), recall_(model_, recorder_, memory) {
  explorer_.emplace(model_, memory);
  if (runs_all) recorder_.turn_off();
}

void Exhaustive::begin_execution() {
  if (!has_begun_) explorer_->begin();
  has_begun_ = true;
}

// What the engine does not decide happens as in the default schedule: the runtime gives such choices no budget here.
std::uint32_t Exhaustive::choose(const model::ChoicePoint &) { return 0; }

bool Exhaustive::end_execution(const ExecutionEnd &end) {
  const bool has_passed = end.ending == campaign::Ending::passed;
  recorder_.end(has_passed);
  if (is_audited_ && !has_passed && end.ending != campaign::Ending::finding) recorder_.distrust();
  if (recorder_.is_distrusted() && recorder_.is_relied_on() && end.ending != campaign::Ending::finding) {
    begin_anew();
    return true;
  }
  if (end.ending != campaign::Ending::finding && must_begin_anew()) {
    begin_anew();
    return true;
  }
  dismissed_ += end.ending == campaign::Ending::blocked && explorer_->ending() == graph::Ending::deadlock;
  explorer_->end();
  return explorer_->begin();
}

// Does the execution that has ended contradict what is taken for granted?
bool Exhaustive::must_begin_anew() {
  if (assumptions_.waits_are_notified() && assumptions_.has_waits() && !graph::are_waits_notified(explorer_->graph()))
    assumptions_.break_waits();
  return assumptions_.is_broken();
}

// Runs every execution from here on, the first ones once more.
void Exhaustive::begin_anew() {
  assumptions_.give_up();
  recorder_.turn_off();
  recorder_.trust();
  recalled_ = dismissed_ = 0;
  explorer_.emplace(model_, *memory_);
  explorer_->begin();
}

Skip Exhaustive::skip() {
  is_audited_ = false;
  if (!recorder_.may_recall()) return Skip::none;
  const bool passes = recall_.passes(*explorer_);
  is_audited_ = passes && is_audit_due(++passed_);
  if (!passes || is_audited_) {
    explorer_->rewind();
    return Skip::none;
  }
  if (must_begin_anew()) {
    begin_anew();
    return Skip::none;
  }
  recalled_++;
  explorer_->end();
  return explorer_->begin() ? Skip::one : Skip::last;
}

void Exhaustive::report(campaign::Progress &progress) const {
  const graph::Counts &counts = explorer_->counts();
  progress.executions = counts.complete + counts.deadlocks + counts.blocked + counts.cut;
  progress.bound = 0;
  progress.level_done = explorer_->done();
  progress.left_out = 0;
  progress.blocked = counts.blocked + dismissed_;
  progress.recalled = recalled_;
  progress.has_cut_timeouts = assumptions_.has_cut_timeouts();
}

}  // namespace interleave::explore
