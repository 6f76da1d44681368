// Condition variables and once flags under control.
// SPDX-License-Identifier: Apache-2.0
#include <cstring>

#include "runtime/by_graph/exhaustive.h"
#include "runtime/sync_parts.h"

namespace interleave::runtime::sync {
namespace {

using objects::Misuse;
using objects::Object;

Object *condition_at(void *condition, std::uint64_t pc) {
  if (Object *o = execution.objects.find(address_of(condition), ObjectKind::condition)) return o;
  Object *o = make(condition, ObjectKind::condition, pc);
  o->condition = {};
  return o;
}

void join_waiters(Thread &t, Object *o) {
  o->condition.waiters.add(t.id);
  t.ticket = o->condition.next_ticket++;
}

// What the wait will see besides a notify is decided when it begins, once its mutex is free for the others.
void decide_wait(Thread &t, std::uint64_t deadline_ns, std::uint64_t pc) {
  if (!expire_by_choice(deadline_ns, pc) && ask_yes(model::ChoiceKind::spurious, pc)) t.spurious = true;
}

// By graph it is decided before, for who will not be notified need not join the waiters: the wait is over as soon as it has begun. Returns
// whether the thread joins them.
bool will_be_notified(Thread &t, std::uint64_t deadline_ns, std::uint64_t pc) {
  t.notified = t.spurious = false;
  if (!execution.by_graph) return true;
  const bool is_past = deadline_ns != 0 && deadline_ns <= execution.now_ns;
  if (is_past || expire_by_choice(deadline_ns, pc)) return false;
  t.spurious = ask_yes(model::ChoiceKind::spurious, pc);
  return !t.spurious;
}

// The second half of a wait: blocked until woken. Returns 0 or ETIMEDOUT, with the event flags of what woke it.
int finish_wait(Thread &t, Object *o, std::uint64_t deadline_ns, unsigned *flags) {
  o->condition.waiters.remove(t.id);
  bool timed_out = !t.notified && !t.spurious && deadline_ns != 0;
  *flags = timed_out ? campaign::kTimedOut | campaign::kFailed : t.notified ? 0u : unsigned{campaign::kSpurious};
  return timed_out ? ETIMEDOUT : 0;
}

void wake(Object *o, ThreadId id) {
  o->condition.waiters.remove(id);
  execution.threads[id].notified = true;
  o->condition.unheard_by = model::kNoThread;
}

// The waiters, longest waiting first.
std::uint32_t in_order(const Object *o, std::uint32_t *ids) {
  std::uint32_t count = 0;
  for (ThreadId i = 0; i < execution.thread_count; i++) {
    if (!o->condition.waiters.has(i)) continue;
    std::uint32_t at = count++;
    while (at > 0 && execution.threads[ids[at - 1]].ticket > execution.threads[i].ticket) {
      ids[at] = ids[at - 1];
      at--;
    }
    ids[at] = i;
  }
  return count;
}

// Takes the mutex out of t's hands for a wait; returns its depth for taking it back.
std::uint32_t release_mutex(Thread &t, Object *m) {
  std::uint32_t depth = m->mutex.depth;
  m->mutex.depth = 0;
  m->mutex.owner = model::kNoThread;
  execution.clocks.release_assign(t.id, m->clock);
  return depth;
}

}  // namespace

int condition_init(void *condition, std::uint64_t pc) {
  make(condition, ObjectKind::condition, pc)->condition = {};
  return 0;
}

int condition_destroy(void *condition, std::uint64_t pc) {
  Object *o = execution.objects.find(address_of(condition), ObjectKind::condition);
  if (!o) return 0;
  Operation op = operation(Op::condition_destroy, o, pc);
  if (Misuse misuse = o->condition.destroy(); misuse != Misuse::none) report_misuse(misuse, op, o);
  note(*execution.current, op);
  execution.objects.erase(o);
  return 0;
}

int condition_wait(void *condition, void *mutex, std::uint64_t deadline_ns, std::uint64_t pc) {
  Object *o = condition_at(condition, pc);
  Operation op = operation(Op::condition_wait, o, pc);
  op.operand = address_of(mutex);
  op.order = Order::relaxed;
  Object *m = execution.objects.find(address_of(mutex), ObjectKind::mutex);
  Thread &t = *execution.current;
  const bool joins = will_be_notified(t, deadline_ns, pc);
  if (joins) reach(op, o);
  check_alive(o, op);
  if (!m || m->mutex.owner != t.id) {
    if (!m) m = make(mutex, ObjectKind::mutex, pc), m->mutex = {};
    report_misuse(Misuse::wait_without_lock, op, m);
  }
  std::uint32_t held = 0;
  while (held < t.held_count && t.held[held].lock != m->id) held++;
  detect::HeldLock lock = held < t.held_count ? t.held[held] : detect::HeldLock{m->id, false, site_here(pc)};
  if (held < t.held_count) std::memmove(&t.held[held], &t.held[held + 1], (--t.held_count - held) * sizeof lock);
  if (joins) join_waiters(t, o);
  // By graph an operation is of one object: the mutex is unlocked, and later locked, by operations of their own.
  if (execution.by_graph) reach(operation(Op::mutex_unlock, m, pc), m);
  std::uint32_t depth = release_mutex(t, m);
  note(t, op);
  note_change(t);
  if (!execution.by_graph) decide_wait(t, deadline_ns, pc);

  Operation wake_op = operation(Op::condition_wake, o, pc);
  wake_op.operand = address_of(mutex);
  wake_op.deadline_ns = deadline_ns;
  wake_op.order = Order::relaxed;
  if (joins) reach(wake_op, o, execution.by_graph ? nullptr : m);
  // A waiter that was notified is done with the condition variable, which may be destroyed then, but still takes the mutex.
  if (!t.notified) check_alive(o, wake_op);
  if (execution.by_graph) reach(operation(Op::mutex_lock, m, pc), m);
  check_alive(m, operation(Op::mutex_lock, m, pc));
  unsigned flags;
  int result = finish_wait(t, o, deadline_ns, &flags);
  m->mutex.owner = t.id;
  m->mutex.depth = depth;
  execution.clocks.acquire(t.id, m->clock);
  if (t.held_count > 0)
    execution.locks.acquired(t.id, lock, {t.held, t.held_count}, execution.clocks.forks_of(t.id));
  if (t.held_count < std::size(t.held)) t.held[t.held_count++] = lock;
  note(t, wake_op, static_cast<std::uint64_t>(result), flags);
  return result;
}

// A std::condition_variable_any has a mutex of its own in every library, which a notify takes and a
// wait takes before it joins the waiters and again when it was woken. A waiter that looks at a stop
// token there, under no other lock, relies on it: so these two come after every notify before them.
// A std::condition_variable has no such thing, and nobody acquires what its notify releases.
void condition_enqueue(void *condition, std::uint64_t pc) {
  Object *o = condition_at(condition, pc);
  Operation op = operation(Op::condition_wait, o, pc);
  op.order = Order::acquire;
  Thread &t = reach(op, o);
  t.notified = t.spurious = false;
  join_waiters(t, o);
  execution.clocks.acquire(t.id, o->clock);
  note(t, op);
  note_change(t);
}

int condition_block(void *condition, std::uint64_t deadline_ns, std::uint64_t pc) {
  Object *o = condition_at(condition, pc);
  Operation op = operation(Op::condition_wake, o, pc);
  op.deadline_ns = deadline_ns;
  op.order = Order::acquire;
  Thread &t = *execution.current;
  const bool is_past = deadline_ns != 0 && deadline_ns <= execution.now_ns;
  if (execution.by_graph && !is_past) {
    op.expires = expire_by_choice(deadline_ns, pc);
    t.spurious = !op.expires && ask_yes(model::ChoiceKind::spurious, pc);
    op.expires |= t.spurious;
  } else if (!execution.by_graph && !t.notified) {
    decide_wait(t, deadline_ns, pc);
  }
  reach(op, o);
  unsigned flags;
  int result = finish_wait(t, o, deadline_ns, &flags);
  execution.clocks.acquire(t.id, o->clock);
  note(t, op, static_cast<std::uint64_t>(result), flags);
  return result;
}

int condition_notify(void *condition, bool all, std::uint64_t pc, bool is_any) {
  Object *o = condition_at(condition, pc);
  Operation op = operation(all ? Op::condition_notify_all : Op::condition_notify_one, o, pc);
  op.order = is_any ? Order::release : Order::relaxed;
  Thread &t = reach(op, o);
  check_alive(o, op);
  execution.clocks.release(t.id, o->clock);
  std::uint32_t ids[model::kMaxThreads];
  std::uint32_t count = in_order(o, ids);
  if (count != 0 && exhaustive::sees_older_state()) count = 0;
  if (count == 0) {
    o->condition.unheard_by = t.id;
    o->condition.unheard_site = site_here(pc);
    o->condition.unheard_event = execution.recording ? execution.campaign->event_count : UINT32_MAX;
    note(t, op);
    return 0;
  }
  if (all) {
    for (std::uint32_t i = 0; i < count; i++) wake(o, ids[i]);
    op.operand = count;
  } else {
    ThreadId chosen = count == 1 ? ids[0] : ask(model::ChoiceKind::waiter, ids, count);
    wake(o, chosen);
    op.operand = chosen;
  }
  note(t, op, count);
  note_change(t);
  return 0;
}

bool once_enter(void *flag, std::uint64_t pc) {
  Object *o = execution.objects.find(address_of(flag), ObjectKind::once);
  if (!o) {
    o = make(flag, ObjectKind::once, pc);
    o->once = {};
  }
  Operation op = operation(Op::once_begin, o, pc);
  Thread &t = reach(op, o);
  bool run = o->once.enter(t.id);
  execution.clocks.acquire(t.id, o->clock);
  note(t, op, run);
  if (run) note_change(t);
  return run;
}

void once_leave(void *flag, bool succeeded, std::uint64_t pc) {
  Object *o = execution.objects.find(address_of(flag), ObjectKind::once);
  if (!o) return;
  Operation op = operation(Op::once_end, o, pc);
  op.operand = succeeded;
  Thread &t = reach(op, o);
  o->once.leave(succeeded);
  execution.clocks.release(t.id, o->clock);
  note(t, op, succeeded);
  note_change(t);
}

bool once_is_done(const void *flag) {
  Object *o = execution.objects.find(address_of(flag), ObjectKind::once);
  if (!o || o->once.state != objects::Once::State::done) return false;
  execution.clocks.acquire(execution.current->id, o->clock);
  return true;
}

}  // namespace interleave::runtime::sync
