// The scheduler: the one point that every visible operation passes.
// SPDX-License-Identifier: Apache-2.0
//
// A thread that is about to do a visible operation announces it and stops here. Then one of the threads whose announced
// operation is enabled is chosen by the strategy, and runs until its own next visible operation. So between two choices
// exactly one operation happens, every strategy sees what each thread would do next, and "blocked" simply means that
// the announced operation is not enabled.
//
// A program with one live thread never asks anything; the process that meets the first question becomes the server
// (server.cc) and only its forks go on.
#include "runtime/scheduler.h"

#include "runtime/atomics.h"
#include "runtime/by_graph/exhaustive.h"
#include "runtime/by_graph/partial.h"
#include "runtime/context.h"
#include "runtime/execution.h"
#include "runtime/memory/writes.h"
#include "runtime/process/server.h"
#include "runtime/threads.h"
#include "support/check.h"

namespace interleave::runtime {

__attribute__((init_priority(101))) Execution execution;   // before start.cc's constructor
bool controlled;

namespace {

using campaign::EventFlag;
using model::ChoiceKind;

// Fairness: a thread that did so many operations without a pause yields. It may be waiting for another in a way that looks like work
// (a reader of a table, until told to stop), and the default schedule would never come to that one.
constexpr std::uint32_t kLongestTurn = 2000;

// A thread that polls is always enabled, so "nobody can run" never comes for a sleeper it waits for. Time also passes when each enabled
// thread has yielded this often with no change between; and, for loops that count their rounds, after kLongestTurn operations.
constexpr std::uint32_t kIdleYields = 4;

// By graph nobody yields. When nothing has changed for half of the steps, threads take turns of this many operations, so that an execution
// that is replayed is called a livelock only if none of them can bring anything new.
constexpr std::uint32_t kTurnAtTheEnd = 500;

unsigned flags_of_next_event;      // kSwitched, kPreempted, kDeviation: set by the choice, taken by note()

bool can_lock(const objects::Object *o, ThreadId t) { return !o || o->mutex.can_lock(t); }

bool deadline_passed(const Thread &t) {
  return t.pending.deadline_ns != 0 && execution.now_ns >= t.pending.deadline_ns;
}

// Is a wait with a deadline over, where what it waits for is there, or not? By graph it was chosen before whether it expires; then it may have
// seen a lock held that has been given back since, so that only the engine knows.
bool is_over(const Thread &t, bool is_there) {
  return is_there || deadline_passed(t) || (execution.by_graph && t.pending.expires);
}

// Is the thread to wake up that waits for a notify? By graph, one that expires, or wakes by itself, does so unless it was notified first.
bool is_woken(const Thread &t, bool *properly) {
  if (deadline_passed(t)) return true;
  if (execution.by_graph) return t.notified != t.pending.expires;
  if (t.notified) return true;
  *properly = false;
  return t.spurious;
}

// Whether t's announced operation may happen now. `properly`: without a spurious wake-up.
bool is_enabled(const Thread &t, bool *properly) {
  *properly = true;
  if (t.left_behind) return false;
  switch (t.pending.op) {
    case Op::thread_join: return execution.threads[t.pending.operand].ended || deadline_passed(t);
    case Op::thread_sleep: return deadline_passed(t);
    case Op::mutex_lock: return t.object->mutex.can_lock(t.id);
    case Op::mutex_timed_lock: return is_over(t, t.object->mutex.can_lock(t.id));
    case Op::rwlock_lock: return t.object->rwlock.can_lock(t.id);
    case Op::rwlock_timed_lock: return is_over(t, t.object->rwlock.can_lock(t.id));
    case Op::rwlock_lock_shared: return t.object->rwlock.can_lock_shared(t.id);
    case Op::rwlock_timed_lock_shared: return is_over(t, t.object->rwlock.can_lock_shared(t.id));
    case Op::condition_wake:
      if (!can_lock(t.second, t.id)) return false;
      return is_woken(t, properly);
    case Op::futex_wake: return is_woken(t, properly);
    case Op::semaphore_wait: return t.object->semaphore.can_wait();
    case Op::semaphore_timed_wait: return is_over(t, t.object->semaphore.can_wait());
    case Op::barrier_leave: return t.object->barrier.can_leave(t.pending.operand);
    case Op::once_begin: return t.object->once.can_enter(t.id);
    case Op::program_exit: {                  // the end of an explore() body waits for every thread it made
      if (t.pending.operand != kBodyEnds) return !execution.by_graph;       // see thread_at_exit()
      for (ThreadId i = 1; i < execution.thread_count; i++)
        if (!execution.threads[i].ended) return false;
      return true;
    }
    case Op::futex_wait:
    case Op::atomic_cas:
      *properly = t.pending.finds == model::Finds::anything || atomics::can_find(t);
      return *properly;
    default: return true;
  }
}

// Time passes to the earliest deadline of a blocked thread. False: no thread has one.
bool advance_clock() {
  std::uint64_t earliest = UINT64_MAX;
  for (ThreadId i = 0; i < execution.thread_count; i++) {
    const Thread &t = execution.threads[i];
    bool waits = !t.ended && t.pending.deadline_ns != 0 && t.pending.deadline_ns < earliest;
    if (waits && !deadline_passed(t)) earliest = t.pending.deadline_ns;
  }
  if (earliest == UINT64_MAX) return false;
  execution.now_ns = earliest;
  execution.idle_yields = execution.since_time_passed = 0;
  return true;
}

// Adds every other enabled thread to those t waits for; their number.
std::uint32_t wait_for_enabled(Thread &t) {
  std::uint32_t others = 0;
  bool properly;
  for (ThreadId i = 0; i < execution.thread_count; i++) {
    const Thread &other = execution.threads[i];
    if (&other == &t || other.ended || !is_enabled(other, &properly)) continue;
    t.waits_for.add(i);
    others++;
  }
  return others;
}

struct Candidates {
  std::uint32_t count = 0;
  bool from_can_go_on = false;     // the running thread is the first of them
  std::uint32_t values[model::kMaxThreads];
  const Operation *pending[model::kMaxThreads];

  void add(const Thread &t) {
    values[count] = t.id;
    pending[count++] = &t.pending;
  }
};

// Takes out of every yielding thread's set those that can no longer be waited for, and tells whether t may be chosen.
bool may_be_chosen(Thread &t, const objects::ThreadSet &enabled) {
  if (!execution.yielding) return true;
  for (std::size_t i = 0; i < std::size(enabled.words); i++) t.waits_for.words[i] &= enabled.words[i];
  return t.waits_for.empty();
}

// By graph: is t in a long computation (memory/access.cc)? It comes after all others.
bool is_paused(const Thread &t) { return execution.by_graph && t.pending.op == Op::thread_yield; }

// Everyone who may run next: the running thread first, then by id. Empty: nobody can run now.
void collect(const Thread &from, Candidates &c) {
  objects::ThreadSet enabled;
  bool any_proper = false, properly;
  std::uint32_t live = 0;
  for (ThreadId i = 0; i < execution.thread_count; i++) {
    const Thread &t = execution.threads[i];
    if (t.ended) continue;
    live++;
    if (!is_enabled(t, &properly)) continue;
    enabled.add(i);
    any_proper |= properly;
  }
  execution.live_threads = live;
  if (!any_proper) return;
  Thread &me = execution.threads[from.id];
  c.from_can_go_on = !from.ended && enabled.has(from.id) && may_be_chosen(me, enabled) && !is_paused(me);
  if (c.from_can_go_on) c.add(me);
  for (bool paused : {false, true}) {
    for (ThreadId i = 0; i < execution.thread_count; i++) {
      Thread &t = execution.threads[i];
      const bool is_first = c.from_can_go_on && i == from.id;
      if (!is_first && enabled.has(i) && is_paused(t) == paused && may_be_chosen(t, enabled)) c.add(t);
    }
    if (!execution.by_graph) break;
  }
  if (c.count != 0) return;
  for (ThreadId i = 0; i < execution.thread_count; i++) {   // all yielded to one another: nobody is held back
    if (!enabled.has(i)) continue;
    execution.threads[i].waits_for.clear();
    c.add(execution.threads[i]);
  }
}

// Keeps a choice in the campaign's memory, before anybody acts on it.
std::uint32_t keep(ChoiceKind kind, bool preempts, const std::uint32_t *values, std::uint32_t count, std::uint32_t taken) {
  campaign::Campaign &shared = *execution.campaign;
  campaign::Execution &e = shared.execution;
  if (e.choice_count == campaign::kMaxChoices) end_execution(campaign::Ending::truncated);
  model::Choice choice{};
  choice.kind = kind;
  choice.preempts = preempts;
  choice.count = static_cast<std::uint16_t>(count);
  choice.taken = static_cast<std::uint16_t>(taken);
  choice.value = values[taken];
  choice.current = static_cast<std::uint16_t>(execution.current->id);
  choice.ordinal = execution.current->visible;
  shared.choices[e.choice_count] = choice;
  e.choice_count++;
  if (preempts && taken != 0) e.preemptions++;
  if (taken != 0) flags_of_next_event |= campaign::kDeviation;
  return taken;
}

std::uint32_t decide(ChoiceKind kind, bool preempts, const std::uint32_t *values, std::uint32_t count,
                     const Operation *const *pending) {
  threads::enter_worker();
  campaign::Campaign &shared = *execution.campaign;
  model::ChoicePoint point{kind,     shared.execution.choice_count, execution.current->id, execution.current->visible,
                           preempts, count,                         values,                pending};
  std::uint32_t taken = server::strategy().choose(point);
  if (taken == explore::Strategy::kCannotFollow) {
    if (auto *why = server::strategy().divergence()) shared.divergence = *why;
    end_execution(campaign::Ending::diverged);
  }
  CHECK(taken < count, "a strategy chose an alternative that does not exist");
  return keep(kind, preempts, values, count, taken);
}

// By graph, in a replay: those who had half of all steps and changed nothing go round in loops for ever. A search sees that by itself
// (pure_loops.h), and lets the program end without them; so it does here. False: no end of the program waits for them.
bool leave_behind() {
  const Thread *ends = thread_at_exit();
  if (!ends || exhaustive::is_searching() || execution.visible - execution.last_change < execution.max_visible / 2) return false;
  for (ThreadId i = 0; i < execution.thread_count; i++) execution.threads[i].left_behind = &execution.threads[i] != ends;
  execution.visible_alone = execution.visible;             // the end has steps of its own
  return true;
}

bool take_turns() { return execution.by_graph && execution.visible - execution.last_change > execution.max_visible / 2; }

// Whose turn it is; no question, since no schedule deviates there.
std::uint32_t in_turn(const Candidates &c) {
  const std::uint32_t turn = execution.visible / kTurnAtTheEnd % execution.thread_count;
  for (std::uint32_t i = 0; i < execution.thread_count; i++) {
    for (std::uint32_t taken = 0; taken < c.count; taken++)
      if (c.values[taken] == (turn + i) % execution.thread_count) return taken;
  }
  return 0;
}

std::uint32_t index_of(std::uint32_t value, const std::uint32_t *values, std::uint32_t count) {
  std::uint32_t i = 0;
  while (i < count && values[i] != value) i++;
  CHECK(i < count, "the graph engine chose an alternative that does not exist");
  return i;
}

// By graph: a new thread runs to its first operation before anything is chosen.
Thread *new_thread() {
  for (ThreadId i = execution.thread_count; i-- > 1;) {
    Thread &t = execution.threads[i];
    if (!t.started && !t.ended) return &t;
  }
  return nullptr;
}

void note_switch(const Thread &from, const Thread &to, bool from_can_go_on) {
  if (&to == &from) return;
  flags_of_next_event |= campaign::kSwitched;
  if (from_can_go_on) flags_of_next_event |= campaign::kPreempted;
}

Thread *pick(Thread &from) {
  for (;;) {
    if (execution.by_graph) {
      if (Thread *fresh = new_thread()) return fresh;
    }
    Candidates c;
    collect(from, c);
    if (exhaustive::is_searching()) {
      Thread &next = exhaustive::next();
      if (exhaustive::is_searching()) {
        const std::uint32_t taken = index_of(next.id, c.values, c.count);
        if (c.count > 1) keep(ChoiceKind::thread, c.from_can_go_on, c.values, c.count, taken);
      }
      note_switch(from, next, c.from_can_go_on);
      return &next;
    }
    if (c.count == 0) {
      if (Thread *t = thread_at_exit()) return t;
      if (!advance_clock()) end_stuck();
      continue;
    }
    std::uint32_t taken = 0;
    if (c.count > 1 && take_turns()) taken = in_turn(c);
    else if (c.count > 1) taken = decide(ChoiceKind::thread, c.from_can_go_on, c.values, c.count, c.pending);
    Thread *next = &execution.threads[c.values[taken]];
    note_switch(from, *next, c.from_can_go_on && !take_turns());
    if (execution.yielding) {
      bool any = false;
      for (ThreadId i = 0; i < execution.thread_count; i++) {
        execution.threads[i].waits_for.remove(next->id);
        any |= !execution.threads[i].waits_for.empty();
      }
      execution.yielding = any;
    }
    return next;
  }
}

}  // namespace

Thread &reach(const Operation &op, objects::Object *object, objects::Object *second) {
  Thread &t = *execution.current;
  if (writes::have_changed(t)) {
    note_change(t);
    t.changes++;
  }
  const bool pauses = (op.op == Op::thread_yield && op.operand != kPlainLoop) || op.op == Op::thread_sleep;
  if (execution.by_graph && pauses) return t;
  t.pending = op;
  t.object = object;
  t.second = second;
  if (object) t.pending.object = object->id;
  t.plain_accesses = 0;
  if (execution.recording) t.pending_stack = stack_here(op.pc);
  execution.visible++;
  if (execution.campaign) execution.campaign->execution.visible = execution.visible;
  if (execution.thread_count == 1) execution.visible_alone = execution.visible;
  if (execution.visible - execution.visible_alone > execution.max_visible && !leave_behind()) end_out_of_steps();
  if (partial::is_on()) return partial::reach(t), t;
  if (exhaustive::is_searching()) exhaustive::announce(t);
  if (++execution.since_time_passed % kLongestTurn == 0) advance_clock();
  if (++execution.turn % kLongestTurn == 0) yield_to_others(t);
  Thread *next = pick(t);
  if (next != &t) {
    execution.turn = 0;
    execution.current = next;
    context::switch_to(t.carrier, next->carrier);
  }
  if (exhaustive::is_searching()) exhaustive::perform(t);
  return t;
}

// By graph: the thread that waits for the end of the others, or until they are stuck, to end the program.
Thread *thread_at_exit() {
  for (ThreadId i = 0; i < execution.thread_count && execution.by_graph; i++) {
    Thread &t = execution.threads[i];
    if (!t.ended && t.pending.op == Op::program_exit && t.pending.operand != kBodyEnds) return &t;
  }
  return nullptr;
}

bool all_ended() {
  for (ThreadId i = 0; i < execution.thread_count; i++)
    if (!execution.threads[i].ended) return false;
  return true;
}

void leave(Thread &t) {
  if (execution.by_graph) reach(Operation{.op = Op::thread_end});
  t.ended = true;
  // The last one out wakes the main thread, which waits in leave_main() to end the process.
  Thread *next = all_ended() ? &execution.threads[model::kMainThread] : pick(t);
  execution.current = next;
  if (t.detached) context::give_back(t.carrier);       // a joinable one is given back when it is joined
  context::leave_to(t.carrier, next->carrier);
}

void leave_main(Thread &t) {
  if (execution.by_graph) reach(Operation{.op = Op::thread_end});
  t.ended = true;
  if (all_ended()) return;
  Thread *next = pick(t);
  execution.current = next;
  context::switch_to(t.carrier, next->carrier);
}

void note(Thread &t, const Operation &op, std::uint64_t value, unsigned flags) {
  t.visible++;
  std::uint64_t h = execution.operations_hash;
  h = (h ^ (std::uint64_t{t.id} << 48 | std::uint64_t(op.op) << 32 | op.object)) * 0x100000001b3u;
  execution.operations_hash = h ^ h >> 29;
  if (execution.recording) record_event(t, op, value, flags | flags_of_next_event);
  flags_of_next_event = 0;
}

std::uint32_t ask(ChoiceKind kind, const std::uint32_t *values, std::uint32_t count) {
  CHECK(count >= 2, "a question with one answer");
  if (exhaustive::is_searching()) {
    const std::uint32_t value = exhaustive::answer_to(kind);
    return values[keep(kind, false, values, count, index_of(value, values, count))];
  }
  return values[decide(kind, false, values, count, nullptr)];
}

bool can_go_on(const Thread &t) {
  bool properly;
  return !t.ended && is_enabled(t, &properly) && properly;
}

bool another_can_run() {
  return std::any_of(execution.threads, execution.threads + execution.thread_count,
                     [](const Thread &t) { return &t != execution.current && can_go_on(t); });
}

namespace {

constexpr std::uint32_t kNoYes[] = {0, 1};

// Asked even where the budget is used up, for a schedule is to mean the same whatever the budget. The exception are weak failures, of which
// there would be many: they are asked about only where there is a budget at all, and the schedule says that (model/schedule.h).
bool ask_yes_by_graph(ChoiceKind kind, std::uint64_t pc) {
  Thread &t = *execution.current;
  std::uint32_t *used = nullptr, most = UINT32_MAX;
  switch (kind) {
    case ChoiceKind::timeout: used = &t.timeouts_used, most = execution.budgets.timeouts; break;
    case ChoiceKind::spurious: used = &t.spurious_used, most = execution.budgets.spurious_wakeups; break;
    case ChoiceKind::weak_fail: used = &t.weak_failures_used, most = execution.budgets.weak_cas_failures; break;
    default: CHECK(false, "not a question of yes or no");
  }
  if (kind == ChoiceKind::weak_fail && most == 0) return false;
  if (!choose_by_graph(kind, *used < most, pc)) return false;
  ++*used;
  t.changes++;                           // the next time it may have no choice
  return true;
}

}  // namespace

bool choose_by_graph(ChoiceKind kind, bool may_be_yes, std::uint64_t pc) {
  reach(Operation{.op = Op::choose, .operand = may_be_yes ? 2u : 1u, .pc = pc});
  return ask(kind, kNoYes, 2) != 0;
}

bool ask_yes(ChoiceKind kind, std::uint64_t pc) {
  if (execution.by_graph) return ask_yes_by_graph(kind, pc);
  const campaign::Budgets &budgets = execution.budgets;
  std::uint32_t *used = nullptr, most = 0;
  switch (kind) {
    case ChoiceKind::timeout: used = &execution.timeouts_used, most = budgets.timeouts; break;
    case ChoiceKind::spurious: used = &execution.spurious_used, most = budgets.spurious_wakeups; break;
    case ChoiceKind::weak_fail: used = &execution.weak_failures_used, most = budgets.weak_cas_failures; break;
    default: CHECK(false, "not a question of yes or no");
  }
  if (*used >= most || !another_can_run()) return false;
  if (ask(kind, kNoYes, 2) == 0) return false;
  ++*used;
  return true;
}

void yield_to_others(Thread &t) {
  if (execution.by_graph) return;
  std::uint32_t others = wait_for_enabled(t);
  if (++execution.idle_yields > kIdleYields * (others + 1) && advance_clock()) others = wait_for_enabled(t);
  execution.yielding |= others != 0;
}

}  // namespace interleave::runtime
