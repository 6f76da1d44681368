// Findings: how an execution tells what went wrong, and how it ends.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/findings.h"

#include <sys/syscall.h>

#include <cstdio>
#include <cstring>

#include "runtime/by_graph/partial.h"
#include "runtime/process/raw_syscall.h"
#include "runtime/process/server.h"
#include "runtime/scheduler.h"
#include "runtime/together.h"
#include "support/check.h"

namespace interleave::runtime {
namespace {

model::FindingRecord scratch;

bool same_parties(const model::FindingRecord &a, const model::FindingRecord &b) {
  if (a.party_count != b.party_count) return false;
  for (std::uint32_t i = 0; i < a.party_count; i++)
    if (a.parties[i].object != b.parties[i].object || a.parties[i].thread != b.parties[i].thread) return false;
  return true;
}

void keep_schedule(model::FindingRecord &f) {
  campaign::Campaign &c = *execution.campaign;
  f.deviation_first = c.soft_deviation_count;
  for (std::uint32_t i = 0; i < c.execution.choice_count; i++) {
    if (c.choices[i].taken == 0) continue;
    if (c.soft_deviation_count == campaign::kMaxDeviations) break;
    c.soft_deviations[c.soft_deviation_count++] = {i, c.choices[i].kind, c.choices[i].value};
  }
  f.deviation_count = c.soft_deviation_count - f.deviation_first;
}

// Two threads' holds as parties of a race or a misuse are enough for a reader; a thread with more shows the first ones.
void copy_holds(model::Party &p, const Thread &t) {
  for (const detect::HeldLock &held : together::kept_by(t)) {
    if (p.hold_count == std::size(p.holds)) return;
    p.holds[p.hold_count++] = {held.lock, stack_of_site(held.site)};
  }
}

const char *misuse_words(objects::Misuse misuse) {
  using objects::Misuse;
  switch (misuse) {
    case Misuse::unlock_not_held: return "unlocked although no thread holds it";
    case Misuse::unlock_other_thread: return "unlocked by a thread that does not hold it";
    case Misuse::relock: return "locked again by the thread that holds it";
    case Misuse::destroy_while_held: return "destroyed while a thread holds it";
    case Misuse::destroy_with_waiters: return "destroyed while threads wait on it";
    case Misuse::wait_without_lock: return "waited with a mutex that the thread does not hold";
    case Misuse::none: break;
  }
  return "";
}

}  // namespace

model::FindingRecord &begin_finding(model::Rule rule) {
  if (partial::is_on()) partial::give_up();
  server::enter_worker();
  campaign::Campaign &c = *execution.campaign;
  model::FindingRecord &f =
      c.finding_count < campaign::kMaxFindings ? c.findings[c.finding_count++] : scratch;
  std::memset(&f, 0, sizeof f);
  f.rule = rule;
  f.confirmed = true;
  return f;
}

model::Party &add_party(model::FindingRecord &f, ThreadId t, Op op, model::StackId stack) {
  model::Party &p = f.parties[f.party_count < model::kMaxParties ? f.party_count++ : model::kMaxParties - 1];
  std::memset(&p, 0, sizeof p);
  p.thread = t;
  p.op = op;
  p.stack = stack;
  p.object = model::kNoObject;
  p.event = UINT32_MAX;
  copy_holds(p, execution.threads[t]);
  return p;
}

void end_soft_finding(model::FindingRecord &f) {
  f.is_soft = true;
  campaign::Campaign &c = *execution.campaign;
  if (&f == &scratch) return;
  for (std::uint32_t i = 0; i + 1 < c.finding_count; i++) {
    const model::FindingRecord &other = c.findings[i];
    if (!other.is_soft || other.rule != f.rule || !same_parties(other, f)) continue;
    c.finding_count--;                      // known already
    return;
  }
  f.execution = c.progress.executions + 1;
  f.preemptions = c.execution.preemptions;
  keep_schedule(f);
}

void end_execution(campaign::Ending ending) {
  if (partial::is_on()) partial::give_up();
  server::enter_worker();
  campaign::Execution &e = execution.campaign->execution;
  publish_execution();
  e.ending = ending;
  if (ending != campaign::Ending::finding) server::go_on();
  {
    Inside inside;
    std::fflush(stdout);
  }
  raw_syscall(SYS_exit_group, 0);
  __builtin_unreachable();
}

void publish_execution() {
  campaign::Execution &e = execution.campaign->execution;
  e.visible = execution.visible;
  e.operations_hash = execution.operations_hash;
  e.notes = execution.notes;
  if (execution.recording) dump_tables();
}

bool race_is_known(const detect::Conflict &conflict) {
  const campaign::Campaign &c = *execution.campaign;
  if (execution.recording) return false;       // a replay tells all it meets; the driver knows which one it looks for
  for (std::uint32_t i = 0; i < c.finding_count; i++) {
    const model::FindingRecord &f = c.findings[i];
    if (f.rule != model::Rule::data_race) continue;
    std::uint64_t now = c.frames[c.stacks[f.parties[0].stack].first];
    std::uint64_t before = c.frames[c.stacks[f.parties[1].stack].first];
    if (now == conflict.now.site && before == conflict.before.site) return true;
    if (now == conflict.before.site && before == conflict.now.site) return true;
  }
  return false;
}

void report_conflict(const detect::Conflict &conflict, std::uint64_t) {
  bool freed = conflict.kind == detect::Conflict::Kind::use_after_free;
  if (!freed && partial::is_on()) return;      // with an access in another execution, perhaps: the walk compares those of this one
  Thread &t = *execution.current;
  if (!freed && execution.campaign && execution.campaign->settings.on_race == campaign::OnRace::carry_on &&
      race_is_known(conflict))
    return;
  auto &f = begin_finding(freed ? model::Rule::use_after_destroy : model::Rule::data_race);
  f.address = conflict.now.address;
  for (const detect::Access *a : {&conflict.now, &conflict.before}) {
    Op op = a->is_free ? Op::memory_free : a->is_write ? Op::memory_write : Op::memory_read;
    model::Party &p = add_party(f, a->thread, op, stack_of_site(a->site));
    if (a->thread != t.id) p.hold_count = 0;     // what it held then is not what it holds now
    p.is_atomic = a->is_atomic;
    p.address = a->address;
    p.size = a->size;
  }
  if (freed) std::snprintf(f.message, sizeof f.message, "memory used after it was freed");
  bool goes_on = !freed && execution.campaign->settings.on_race == campaign::OnRace::carry_on;
  if (goes_on) {
    end_soft_finding(f);
    return;
  }
  end_execution(campaign::Ending::finding);
}

void report_misuse(objects::Misuse misuse, const Operation &op, objects::Object *object) {
  auto &f = begin_finding(model::Rule::mutex_misuse);
  Thread &t = *execution.current;
  model::Party &p = add_party(f, t.id, op.op, stack_here(op.pc));
  p.object = object->id;
  p.address = object->address;
  std::snprintf(f.message, sizeof f.message, "a %s was %s", model::name(object->kind), misuse_words(misuse));
  ThreadId owner = object->kind == model::ObjectKind::mutex    ? object->mutex.owner
                   : object->kind == model::ObjectKind::rwlock ? object->rwlock.writer
                                                               : model::kNoThread;
  if (owner != model::kNoThread && owner != t.id) {
    const Thread &other = execution.threads[owner];
    for (std::uint32_t i = 0; i < other.held_count; i++) {
      if (other.held[i].lock != object->id) continue;
      add_party(f, owner, Op::mutex_lock, stack_of_site(other.held[i].site)).object = object->id;
    }
  }
  end_execution(campaign::Ending::finding);
}

void report_dead_object(const Operation &op, objects::Object *object) {
  auto &f = begin_finding(model::Rule::use_after_destroy);
  model::Party &p = add_party(f, execution.current->id, op.op, stack_here(op.pc));
  p.object = object->id;
  p.address = object->address;
  std::snprintf(f.message, sizeof f.message, "a %s was used after its end of life", model::name(object->kind));
  end_execution(campaign::Ending::finding);
}

}  // namespace interleave::runtime
