// Waiting for a change of memory, under control and without.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/futex.h"

#include <linux/futex.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstring>

#include "runtime/atomics.h"
#include "runtime/by_graph/exhaustive.h"
#include "runtime/clock.h"
#include "runtime/process/raw_syscall.h"
#include "runtime/scheduler.h"

namespace interleave::runtime::futex {
namespace {

using atomics::Step;

std::uint32_t masks[model::kMaxThreads];      // of waiting threads

std::uint64_t first_bytes(const void *at, std::size_t size) {
  std::uint64_t value = 0;
  std::memcpy(&value, at, size < sizeof value ? size : sizeof value);
  return value;
}

// The second half of a wait whose comparison found the value expected: joins the waiters and
// blocks. 0 or ETIMEDOUT.
int block(Step &step, std::uint64_t deadline_ns, std::uint32_t mask, bool may_be_spurious) {
  Thread &t = *step.thread;
  objects::Condition &state = step.location->condition;
  state.waiters.add(t.id);
  t.ticket = state.next_ticket++;
  t.notified = t.spurious = false;
  masks[t.id] = mask;
  note(t, step.op, step.op.expected);
  note_change(t);
  if (deadline_ns > execution.now_ns && ask_yes(model::ChoiceKind::timeout, step.op.pc))
    execution.now_ns = deadline_ns;
  else if (may_be_spurious && ask_yes(model::ChoiceKind::spurious, step.op.pc)) t.spurious = true;

  Operation wake_op = step.op;
  wake_op.op = Op::futex_wake;
  wake_op.deadline_ns = deadline_ns;
  reach(wake_op, step.location);
  state.waiters.remove(t.id);
  bool timed_out = !t.notified && !t.spurious && deadline_ns != 0;
  unsigned flags = timed_out    ? campaign::kTimedOut | campaign::kFailed
                   : t.notified ? 0u
                                : unsigned{campaign::kSpurious};
  int result = timed_out ? ETIMEDOUT : 0;
  note(t, wake_op, static_cast<std::uint64_t>(result), flags);
  return result;
}

// Announces the comparison; true: the memory still has the bytes expected. The comparison is an
// atomic load of the newest store: the kernel looks at the memory itself, and who has gone to sleep
// with a stale value would never be woken.
bool compare(Step &step, const void *expected, std::size_t size, Order order, Operation op) {
  op.expected = first_bytes(expected, size);
  step = atomics::begin(op);
  const void *at = reinterpret_cast<const void *>(op.address);
  atomics::choose_newest(step);
  atomics::reads(step, order);
  if (std::memcmp(at, expected, size) == 0) return true;
  atomics::end(step, first_bytes(at, size), false, campaign::kFailed);
  return false;
}

// The waiters whose mask meets `mask`, longest waiting first.
std::uint32_t waiters_of(const objects::Condition &state, std::uint32_t mask, std::uint32_t *ids) {
  std::uint32_t count = 0;
  for (ThreadId i = 0; i < execution.thread_count; i++) {
    if (!state.waiters.has(i) || (masks[i] & mask) == 0) continue;
    std::uint32_t at = count++;
    for (; at > 0 && execution.threads[ids[at - 1]].ticket > execution.threads[i].ticket; at--)
      ids[at] = ids[at - 1];
    ids[at] = i;
  }
  return count;
}

// Whom a notify that found nobody would have woken: see stuck.cc.
void remember_unheard(objects::Condition &state, const Thread &t, std::uint64_t pc) {
  state.unheard_by = t.id;
  state.unheard_site = site_here(pc);
  state.unheard_event = execution.recording ? execution.campaign->event_count : UINT32_MAX;
}

// ---- by graph -------------------------------------------------------------------------------

// An atomic load that finds the value expected, or another one.
void look(Operation op, model::Finds finds, const void *at, std::size_t size, Order order) {
  op.finds = finds;
  Step step = atomics::begin(op);
  atomics::choose_found(step, first_bytes(at, size));
  atomics::reads(step, order);
  atomics::end(step, first_bytes(at, size), false, finds == model::Finds::other ? unsigned{campaign::kFailed} : 0u);
}

// Joins the waiters, finds the value expected, and sleeps until notified.
void sleep(const Operation &op, const void *at, std::size_t size, Order order, std::uint32_t mask) {
  objects::Object *o = atomics::location(op.address, op.pc);
  Operation join = op;
  join.order = Order::acquire;
  Thread &t = reach(join, o);
  o->condition.waiters.add(t.id);
  t.ticket = o->condition.next_ticket++;
  t.notified = t.spurious = false;
  masks[t.id] = mask;
  look(op, model::Finds::expected, at, size, order);
  Operation wake = op;
  wake.op = Op::futex_wake;
  wake.order = Order::relaxed;
  reach(wake, o);
  note(t, wake);
}

int wait_by_graph(Operation op, const void *at, std::uint64_t deadline_ns) {
  op.expected &= UINT32_MAX;
  if (!choose_by_graph(model::ChoiceKind::blocks, true, op.pc)) {
    look(op, model::Finds::other, at, sizeof(std::uint32_t), Order::relaxed);
    return EAGAIN;
  }
  const bool is_past = deadline_ns != 0 && deadline_ns <= execution.now_ns;
  if (is_past || (deadline_ns != 0 && ask_yes(model::ChoiceKind::timeout, op.pc))) {
    if (!is_past) pass_time_to(deadline_ns);
    look(op, model::Finds::expected, at, sizeof(std::uint32_t), Order::relaxed);
    return ETIMEDOUT;
  }
  op.deadline_ns = deadline_ns;
  sleep(op, at, sizeof(std::uint32_t), Order::relaxed, UINT32_MAX);
  return 0;
}

void wait_while_equal_by_graph(const Operation &op, const void *at, std::size_t size, Order order) {
  while (choose_by_graph(model::ChoiceKind::blocks, exhaustive::may_sleep(op.address), op.pc))
    sleep(op, at, size, order, UINT32_MAX);
  look(op, model::Finds::other, at, size, order);
}

}  // namespace

int wait(const void *at, std::uint32_t expected, std::uint64_t deadline_ns, std::uint64_t pc,
         std::uint32_t mask) {
  if (!controlled) {
    raw_syscall(SYS_futex, reinterpret_cast<long>(at), FUTEX_WAIT, static_cast<long>(expected));
    return 0;
  }
  Step step;
  Operation op = atomics::operation(Op::futex_wait, at, sizeof expected, Order::relaxed, pc);
  op.expected = expected;
  if (execution.by_graph) {
    exhaustive::note_futex(op.address, mask == UINT32_MAX);
    return wait_by_graph(op, at, deadline_ns);
  }
  if (!compare(step, &expected, sizeof expected, Order::relaxed, op)) return EAGAIN;
  return block(step, deadline_ns, mask, true);
}

std::uint32_t wake(const void *at, std::uint32_t count, std::uint64_t pc, std::uint32_t mask) {
  if (!controlled) {
    int most = count > INT32_MAX ? INT32_MAX : static_cast<int>(count);
    return static_cast<std::uint32_t>(
        raw_syscall(SYS_futex, reinterpret_cast<long>(at), FUTEX_WAKE, most));
  }
  if (execution.by_graph) exhaustive::note_futex(reinterpret_cast<std::uint64_t>(at), mask == UINT32_MAX);
  return notify(at, count, pc, mask);
}

std::uint32_t notify(const void *at, std::uint32_t count, std::uint64_t pc, std::uint32_t mask) {
  Operation op = atomics::operation(Op::futex_notify, at, 0, Order::release, pc);
  op.operand = count;
  Step step = atomics::begin(op);
  Thread &t = *step.thread;
  objects::Condition &state = step.location->condition;
  std::uint32_t ids[model::kMaxThreads], woken = 0;
  for (; woken < count; woken++) {
    std::uint32_t waiting = waiters_of(state, mask, ids);
    if (waiting == 0) break;
    bool all = waiting <= count - woken;
    ThreadId chosen = all ? ids[0] : ask(model::ChoiceKind::waiter, ids, waiting);
    execution.threads[chosen].notified = true;
    state.waiters.remove(chosen);
    state.unheard_by = model::kNoThread;
  }
  if (woken == 0) remember_unheard(state, t, pc);
  note(t, step.op, woken);
  if (woken != 0) note_change(t);
  return woken;
}

// A spurious wake-up shows nowhere, for the value is compared again: none is offered.
void wait_while_equal(const void *at, const void *old, std::size_t size, Order order,
                      std::uint64_t pc) {
  Operation op = atomics::operation(Op::futex_wait, at, size, order, pc);
  op.expected = first_bytes(old, size);
  if (execution.by_graph) return wait_while_equal_by_graph(op, at, size, order);
  for (Step step; compare(step, old, size, order, op);) block(step, 0, UINT32_MAX, false);
}

// ---- without control: waiters of all addresses share a few version words, as in libstdc++ ------

namespace {

struct alignas(64) Pool {
  std::uint32_t version, waiting;
} pools[64];

Pool &pool_of(const void *at) {
  return pools[(reinterpret_cast<std::uint64_t>(at) * 0x9e3779b97f4a7c15u) >> 58];
}

}  // namespace

// The version is read before the value and changed after it, and `waiting` is raised before the
// version is read and looked at after the version was changed: no notify is lost.
void plain_wait_while_equal(const void *at, const void *old, std::size_t size) {
  Pool &pool = pool_of(at);
  for (;;) {
    __atomic_fetch_add(&pool.waiting, 1, __ATOMIC_SEQ_CST);
    std::uint32_t version = __atomic_load_n(&pool.version, __ATOMIC_SEQ_CST);
    bool same = atomics::plain_equal(at, old, size);
    if (same)
      raw_syscall(SYS_futex, reinterpret_cast<long>(&pool.version), FUTEX_WAIT_PRIVATE,
                  static_cast<long>(version));
    __atomic_fetch_sub(&pool.waiting, 1, __ATOMIC_SEQ_CST);
    if (!same) return;
  }
}

// Everybody who waits on the pool looks again: addresses share it, so waking one might wake the
// wrong one.
void plain_notify(const void *at) {
  Pool &pool = pool_of(at);
  __atomic_fetch_add(&pool.version, 1, __ATOMIC_SEQ_CST);
  if (__atomic_load_n(&pool.waiting, __ATOMIC_SEQ_CST) != 0)
    raw_syscall(SYS_futex, reinterpret_cast<long>(&pool.version), FUTEX_WAKE_PRIVATE, INT32_MAX);
}

}  // namespace interleave::runtime::futex
