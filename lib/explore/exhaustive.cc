// The seam between one execution and the next.
// SPDX-License-Identifier: Apache-2.0
#include "explore/exhaustive.h"

#include "explore/audit.h"
#include "explore/graph/notified.h"

namespace interleave::explore {
namespace {

// A recalled execution is run all the same now and then (audit.h). Running one costs some tens of microseconds, a millisecond where it has to be
// a process; recalling one half a microsecond and more.
//
// A partial execution can be wrong in more ways: a thread that reads by a function of a library what another one wrote does not find it, and one
// that begins again finds what it left.
constexpr std::uint64_t kFirstPartial = 64, kAuditPartialEvery = 256;

bool is_partial_audit_due(std::uint64_t count) { return count <= kFirstPartial || count % kAuditPartialEvery == 0; }

graph::Model model_of(campaign::MemoryModel model) {
  return model == campaign::MemoryModel::sc ? graph::Model::sc : graph::Model::rc11;
}

}  // namespace

Exhaustive::Exhaustive(campaign::MemoryModel model, const campaign::Caution &caution, std::pmr::memory_resource &memory)
    : explorer_(model_of(model), memory), recorder_(memory), recall_(recorder_, memory),
      assumptions_(!caution.tells_sleepers, !caution.tells_last), caution_(caution) {
  if (caution.runs_all) recorder_.turn_off();
  else explorer_.foresee(recorder_);
}

void Exhaustive::begin_execution() {
  if (!has_begun_) explorer_.begin();
  has_begun_ = true;
}

// What the engine does not decide happens as in the default schedule: the runtime gives such choices no budget here.
std::uint32_t Exhaustive::choose(const model::ChoicePoint &) { return 0; }

bool Exhaustive::end_execution(const ExecutionEnd &end) {
  const bool has_finding = end.ending == campaign::Ending::finding;
  recorder_.end(end.ending);
  is_whole_ = false;
  if (audited_ != campaign::Ending::none && end.ending != audited_ && !has_finding) recorder_.distrust();
  const bool is_execution = explorer_.ending() != graph::Ending::again;      // else its graph is a part of one
  if (!has_finding && is_execution) compare_with_assumptions();
  if (!has_finding && is_void()) return true;
  if (!has_finding && !is_execution) return explorer_.begin_again();
  dismissed_ += end.ending == campaign::Ending::blocked && explorer_.ending() == graph::Ending::deadlock;
  explorer_.end();
  return explorer_.begin();
}

// Does the execution that has ended contradict what is taken for granted?
void Exhaustive::compare_with_assumptions() {
  if (assumptions_.waits_are_notified() && assumptions_.has_waits() && !graph::are_waits_notified(explorer_.graph()))
    assumptions_.break_waits();
}

bool Exhaustive::must_begin_anew(campaign::Caution *with) const {
  *with = caution_;
  const bool has_lost_knowledge = recorder_.has_futile_reads() && !recorder_.is_recordable();
  with->runs_all |= (recorder_.is_distrusted() && (recorder_.is_relied_on() || recorder_.has_futile_reads())) || has_lost_knowledge ||
                    assumptions_.is_broken();
  with->runs_whole |= recorder_.is_misled();
  with->tells_sleepers |= assumptions_.are_waits_broken();
  with->tells_last |= assumptions_.are_barriers_broken();
  with->is_undivided |= is_divided_ && assumptions_.has_waits();
  return *with != caution_;
}

bool Exhaustive::is_void() const {
  campaign::Caution with;
  return must_begin_anew(&with);
}

bool Exhaustive::save(support::ByteWriter &out) {
  if (!has_begun_) return false;
  write_head(out, recalled_, dismissed_);
  return explorer_.write(out);
}

bool Exhaustive::give(support::ByteWriter &out) {
  if (!has_begun_ || caution_.is_undivided || assumptions_.has_waits()) return false;
  const bool was_divided = is_divided_;
  is_divided_ = true;
  write_head(out, 0, 0);
  if (explorer_.split(out)) return true;
  is_divided_ = was_divided;
  return false;
}

void Exhaustive::write_head(support::ByteWriter &out, std::uint64_t recalled, std::uint64_t dismissed) const {
  out.put(caution_);
  out.put(is_divided_);
  out.put(assumptions_);
  out.put(recalled);
  out.put(dismissed);
}

// What was recalled where the part comes from is relied on here too.
Taken Exhaustive::take(support::ByteReader &in) {
  if (in.get<campaign::Caution>() != caution_) return Taken::refused;
  is_divided_ = in.get<bool>();
  assumptions_ = in.get<graph::Assumptions>();
  recalled_ = in.get<std::uint64_t>();
  dismissed_ = in.get<std::uint64_t>();
  if (!explorer_.read(in)) return Taken::refused;
  if (!caution_.runs_all) recorder_.rely();
  audited_ = campaign::Ending::none;
  has_begun_ = true;
  return explorer_.begin() ? Taken::searching : Taken::exhausted;
}

// Where they are more often than not in vain, whole ones cost less.
bool Exhaustive::may_run_partially() const {
  constexpr std::uint64_t kTrials = 32;
  const bool is_worth_it = in_vain_ <= partial_ / 2 + kTrials;
  const bool is_allowed = !is_partial_forbidden_ && !caution_.runs_whole && (!caution_.expects_untold || recorder_.shares_nothing());
  return is_allowed && recorder_.may_recall() && !is_whole_ && audited_ == campaign::Ending::none && is_worth_it;
}

void Exhaustive::forgo_partial() {
  constexpr std::uint64_t kProcess = 8;      // costs as much as so many others
  in_vain_ += kProcess;
  is_whole_ = true;
  recorder_.check_never();
  recorder_.leave();
  explorer_.rewind();
}

Skip Exhaustive::skip(segments::Native *native) {
  audited_ = campaign::Ending::none;
  if (!recorder_.may_recall()) return Skip::none;
  const campaign::Ending ending = recall_.ending_of(explorer_, native);
  partial_ += native != nullptr;
  const bool is_known = ending != campaign::Ending::none;
  if (native && !is_known) {
    in_vain_++;
    is_whole_ = true;
  }
  const bool is_audited = is_known && (is_audit_due(++known_) || (native && is_partial_audit_due(partial_)));
  if (is_audited) audited_ = ending;
  if (!is_known || is_audited) {
    explorer_.rewind();
    return Skip::none;
  }
  compare_with_assumptions();
  if (is_void()) return Skip::one;
  recalled_++;
  is_whole_ = false;
  explorer_.end();
  return explorer_.begin() ? Skip::one : Skip::last;
}

void Exhaustive::report(campaign::Progress &progress) const {
  const graph::Counts &counts = explorer_.counts();
  progress.executions = counts.complete + counts.deadlocks + counts.blocked + counts.cut + counts.unfinished;
  progress.bound = 0;
  progress.level_done = explorer_.done();
  progress.left_out = 0;
  progress.blocked = counts.blocked + dismissed_;
  progress.cut = counts.cut;
  progress.recalled = recalled_;
  progress.has_cut_timeouts = assumptions_.has_cut_timeouts();
  progress.taken_together = assumptions_.taken_together();
  progress.tried = assumptions_.tried();
  progress.share = explorer_.share();
}

}  // namespace interleave::explore
