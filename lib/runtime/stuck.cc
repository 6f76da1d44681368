// What it means that nobody can go on: deadlock, lost wake-up, livelock, or an end that is none of these.
// SPDX-License-Identifier: Apache-2.0
//
// SEMANTICS ("The end", "Enabled"): stuck is no thread enabled and no deadline pending. A thread stuck in a wait whose notify came
// before the wait began is a lost wake-up. Stuck threads that are all detached, with main gone, are only a note.
#include <cstdio>

#include "runtime/by_graph/exhaustive.h"
#include "runtime/process/server.h"
#include "runtime/process/start.h"
#include "runtime/scheduler.h"
#include "runtime/together.h"

namespace interleave::runtime {
namespace {

bool is_lost_wakeup(const Thread &t) {
  bool waits = t.pending.op == Op::condition_wake || t.pending.op == Op::futex_wake;
  return waits && t.object->condition.waiters.has(t.id) &&
         t.object->condition.unheard_by != model::kNoThread;
}

void add_waiting(model::FindingRecord &f, const Thread &t, bool is_blocked = true) {
  model::Party &p = add_party(f, t.id, t.pending.op, t.pending_stack ? t.pending_stack : stack_of_site(t.pending.pc));
  p.is_blocked = is_blocked;
  const objects::Object *lock = together::waits_for(t);
  p.object = lock ? lock->id : t.object ? t.object->id : model::kNoObject;
  p.address = t.pending.address;
  if (t.pending.op == Op::thread_join) p.address = t.pending.operand;
}

[[noreturn]] void end_deadlocked() {
  const Thread *lost = nullptr;
  std::uint32_t stuck = 0;
  bool all_detached = true;
  for (ThreadId i = 0; i < execution.thread_count; i++) {
    const Thread &t = execution.threads[i];
    if (t.ended) continue;
    stuck++;
    if (!t.detached) all_detached = false;
    if (!lost && is_lost_wakeup(t)) lost = &t;
  }
  if (all_detached) {
    execution.notes |= campaign::kThreadsLeftBehind;
    end_program_by_itself();
  }
  auto &f = begin_finding(lost ? model::Rule::lost_wakeup : model::Rule::deadlock);
  if (lost) {
    add_waiting(f, *lost);
    const objects::Condition &c = lost->object->condition;
    auto &p = add_party(f, c.unheard_by, Op::condition_notify_one, stack_of_site(c.unheard_site));
    p.object = lost->object->id;
    p.event = c.unheard_event;
  }
  for (ThreadId i = 0; i < execution.thread_count; i++)
    if (!execution.threads[i].ended && &execution.threads[i] != lost) add_waiting(f, execution.threads[i]);
  std::snprintf(f.message, sizeof f.message, "%u thread%s blocked for ever", stuck, stuck == 1 ? " is" : "s are");
  end_execution(campaign::Ending::finding);
}

}  // namespace

void add_all(model::FindingRecord &f, bool (*goes_round)(const Thread &)) {
  for (const bool goes : {true, false}) {
    for (ThreadId i = 0; i < execution.thread_count; i++) {
      const Thread &t = execution.threads[i];
      if (!t.ended && goes_round(t) == goes) add_waiting(f, t, !goes);
    }
  }
}

void end_stuck() {
  server::enter_worker();
  end_deadlocked();
}

// The last half of the budget went by without a store, a successful read-modify-write or a notify: nothing that the threads read can
// change any more, so they will go on like this for ever. Otherwise the execution was merely long.
void end_out_of_steps() {
  server::enter_worker();
  if (exhaustive::is_searching()) exhaustive::end_endless(*execution.current, 0);     // nobody is fair to the others there
  if (execution.visible - execution.last_change < execution.max_visible / 2)
    end_execution(campaign::Ending::truncated);
  auto &f = begin_finding(model::Rule::livelock);
  add_all(f, can_go_on);
  std::snprintf(f.message, sizeof f.message, "%u operations without a change of shared state",
                execution.visible - execution.last_change);
  end_execution(campaign::Ending::finding);
}

}  // namespace interleave::runtime
