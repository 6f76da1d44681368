// POSIX semaphores and barriers under control.
// SPDX-License-Identifier: Apache-2.0
#include <pthread.h>
#include <semaphore.h>

#include "runtime/by_graph/exhaustive.h"
#include "runtime/intercept/real.h"
#include "runtime/sync_parts.h"

namespace interleave::runtime::sync {
namespace {

using objects::Misuse;
using objects::Object;

// One that was not initialised under control (named, or made before) is met with the count that libc keeps for it.
Object *semaphore_at(void *semaphore, std::uint64_t pc) {
  if (Object *o = execution.objects.find(address_of(semaphore), ObjectKind::semaphore)) return o;
  Object *o = make(semaphore, ObjectKind::semaphore, pc);
  int count = 0;
  real::sem_getvalue(static_cast<sem_t *>(semaphore), &count);
  o->semaphore = {count > 0 ? static_cast<unsigned>(count) : 0};
  return o;
}

}  // namespace

int semaphore_init(void *semaphore, unsigned count, std::uint64_t pc) {
  make(semaphore, ObjectKind::semaphore, pc)->semaphore = {count};
  return 0;
}

int semaphore_destroy(void *semaphore, std::uint64_t pc) {
  Object *o = semaphore_at(semaphore, pc);
  note(*execution.current, operation(Op::semaphore_destroy, o, pc));
  execution.objects.erase(o);
  return 0;
}

int semaphore_wait(void *semaphore, std::uint64_t deadline_ns, std::uint64_t pc) {
  Object *o = semaphore_at(semaphore, pc);
  Operation op = operation(deadline_ns ? Op::semaphore_timed_wait : Op::semaphore_wait, o, pc, deadline_ns);
  op.expires = expire_by_choice(deadline_ns, pc);
  Thread &t = reach(op, o);
  check_alive(o, op);
  if (has_expired(op, o->semaphore.can_wait())) {
    note(t, op, ETIMEDOUT, campaign::kFailed | campaign::kTimedOut);
    return ETIMEDOUT;
  }
  o->semaphore.wait();
  execution.clocks.acquire(t.id, o->clock);
  note(t, op);
  note_change(t);
  return 0;
}

int semaphore_try_wait(void *semaphore, std::uint64_t pc) {
  Object *o = semaphore_at(semaphore, pc);
  Operation op = operation(Op::semaphore_try_wait, o, pc);
  Thread &t = reach(op, o);
  const objects::Semaphore before = o->semaphore;
  int error = o->semaphore.try_wait();
  if (error == 0 && exhaustive::sees_older_state()) {
    o->semaphore = before;
    error = EAGAIN;
  }
  if (error == 0) {
    execution.clocks.acquire(t.id, o->clock);
    note(t, op);
    note_change(t);
    return 0;
  }
  note(t, op, static_cast<std::uint64_t>(error), campaign::kFailed);
  note_read_for_spin(t, pc, op.address, static_cast<std::uint64_t>(error));
  yield_to_others(t);
  return error;
}

int semaphore_post(void *semaphore, std::uint64_t pc) {
  Object *o = semaphore_at(semaphore, pc);
  Operation op = operation(Op::semaphore_post, o, pc);
  Thread &t = reach(op, o);
  check_alive(o, op);
  int error = o->semaphore.post();
  execution.clocks.release(t.id, o->clock);
  note(t, op, static_cast<std::uint64_t>(error));
  note_change(t);
  return error;
}

unsigned semaphore_value(void *semaphore, std::uint64_t pc) { return semaphore_at(semaphore, pc)->semaphore.count; }

int barrier_init(void *barrier, unsigned needed, std::uint64_t pc) {
  Object *o = make(barrier, ObjectKind::barrier, pc);
  o->barrier = {};
  o->barrier.needed = needed;
  return 0;
}

int barrier_destroy(void *barrier, std::uint64_t pc) {
  Object *o = execution.objects.find(address_of(barrier), ObjectKind::barrier);
  if (!o) return 0;
  Operation op = operation(Op::barrier_destroy, o, pc);
  if (Misuse misuse = o->barrier.destroy(); misuse != Misuse::none) report_misuse(misuse, op, o);
  note(*execution.current, op);
  execution.objects.erase(o);
  return 0;
}

int barrier_wait(void *barrier, std::uint64_t pc) {
  Object *o = execution.objects.find(address_of(barrier), ObjectKind::barrier);
  if (!o) return EINVAL;
  exhaustive::note_arrival(o->barrier, pc);
  Operation arrive = operation(Op::barrier_arrive, o, pc);
  Thread &t = reach(arrive, o);
  bool last;
  std::uint64_t round = o->barrier.arrive(&last);
  execution.clocks.release(t.id, o->clock);
  note(t, arrive, last);
  note_change(t);
  Operation leave = operation(Op::barrier_leave, o, pc);
  leave.operand = round;
  reach(leave, o);
  execution.clocks.acquire(t.id, o->clock);
  note(t, leave);
  return last ? PTHREAD_BARRIER_SERIAL_THREAD : 0;
}

}  // namespace interleave::runtime::sync
