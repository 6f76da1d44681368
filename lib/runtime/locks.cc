// Mutexes and rwlocks under control.
// SPDX-License-Identifier: Apache-2.0
#include <pthread.h>

#include <cstring>

#include "runtime/by_graph/exhaustive.h"
#include "runtime/sync_parts.h"
#include "runtime/together.h"

namespace interleave::runtime::sync {
namespace {

using objects::Misuse;
using objects::MutexKind;
using objects::Object;

// A statically initialised mutex is met at its first use; its kind is in its bytes (glibc: __data.__kind, two low bits).
MutexKind kind_of_bytes(const void *mutex) {
  switch (static_cast<const pthread_mutex_t *>(mutex)->__data.__kind & 3) {
    case PTHREAD_MUTEX_RECURSIVE_NP: return MutexKind::recursive;
    case PTHREAD_MUTEX_ERRORCHECK_NP: return MutexKind::error_checking;
    default: return MutexKind::normal;
  }
}

Object *mutex_at(void *mutex, std::uint64_t pc) {
  if (Object *o = execution.objects.find(address_of(mutex), ObjectKind::mutex)) return o;
  Object *o = make(mutex, ObjectKind::mutex, pc);
  o->mutex = {};
  o->mutex.kind = kind_of_bytes(mutex);
  return o;
}

Object *rwlock_at(void *rwlock, std::uint64_t pc) {
  if (Object *o = execution.objects.find(address_of(rwlock), ObjectKind::rwlock)) return o;
  Object *o = make(rwlock, ObjectKind::rwlock, pc);
  o->rwlock = {};
  return o;
}

// The lock is taken: remember it, and what was held meanwhile for the lock-order graph (a try cannot block, so it makes no edge, unless
// std::lock makes it, which then waits for that lock).
void hold(Thread &t, Object *o, bool shared, bool blocking, std::uint64_t pc) {
  detect::HeldLock lock{o->id, shared, site_here(pc)};
  const auto held = together::kept_by(t);
  if ((blocking || t.together.calls != 0) && !held.empty()) execution.locks.acquired(t.id, lock, held, execution.clocks.forks_of(t.id));
  together::note_taken(t, *o);
  if (t.held_count < std::size(t.held)) t.held[t.held_count++] = lock;
}

void drop(Thread &t, const Object *o) {
  for (std::uint32_t i = t.held_count; i-- > 0;) {
    if (t.held[i].lock != o->id) continue;
    std::memmove(&t.held[i], &t.held[i + 1], (t.held_count - i - 1) * sizeof t.held[0]);
    t.held_count--;
    return;
  }
}

}  // namespace

int mutex_init(void *mutex, MutexKind kind, std::uint64_t pc, bool robust) {
  Object *o = make(mutex, ObjectKind::mutex, pc);
  o->mutex = {};
  o->mutex.kind = kind;
  o->mutex.robust = robust;
  if (robust) exhaustive::forgo_recall();            // what a lock answers depends on its last holder's end
  return 0;
}

int mutex_consistent(void *mutex) {
  Object *o = execution.objects.find(address_of(mutex), ObjectKind::mutex);
  return o ? o->mutex.make_consistent(execution.current->id) : EINVAL;
}

int mutex_destroy(void *mutex, std::uint64_t pc) {
  Object *o = execution.objects.find(address_of(mutex), ObjectKind::mutex);
  if (!o) return 0;
  Operation op = operation(Op::mutex_destroy, o, pc);
  if (Misuse misuse = o->mutex.destroy(); misuse != Misuse::none) report_misuse(misuse, op, o);
  note(*execution.current, op);
  execution.objects.erase(o);
  return 0;
}

void mutex_is_destroyed(void *mutex, model::Op op, std::uint64_t pc) {
  Object *o = make(mutex, ObjectKind::mutex, pc);
  o->mutex = {};
  report_dead_object(operation(op, o, pc), o);
}

int mutex_lock(void *mutex, std::uint64_t deadline_ns, std::uint64_t pc) {
  Object *o = mutex_at(mutex, pc);
  Operation op = operation(deadline_ns ? Op::mutex_timed_lock : Op::mutex_lock, o, pc, deadline_ns);
  bool owns = o->mutex.owner == execution.current->id;
  if (owns && o->mutex.kind == MutexKind::normal && !deadline_ns) report_misuse(Misuse::relock, op, o);
  op.expires = expire_by_choice(deadline_ns, pc);
  if (deadline_ns) together::note_tried(*execution.current, *o);
  Thread &t = reach(op, o);
  check_alive(o, op);
  if (has_expired(op, o->mutex.can_lock(t.id))) {
    note(t, op, ETIMEDOUT, campaign::kFailed | campaign::kTimedOut);
    return ETIMEDOUT;
  }
  int error = o->mutex.lock(t.id);
  if ((error == 0 || error == EOWNERDEAD) && o->mutex.depth == 1) {
    execution.clocks.acquire(t.id, o->clock);
    hold(t, o, false, true, pc);
  }
  note(t, op, static_cast<std::uint64_t>(error));
  note_read_for_spin(t, pc, op.address, static_cast<std::uint64_t>(error));
  return error;
}

int mutex_try_lock(void *mutex, std::uint64_t pc) {
  if (together::waits(*execution.current)) return mutex_lock(mutex, 0, pc);
  Object *o = mutex_at(mutex, pc);
  together::note_tried(*execution.current, *o);
  Operation op = operation(Op::mutex_try_lock, o, pc);
  Thread &t = reach(op, o);
  check_alive(o, op);
  const objects::Mutex before = o->mutex;
  int error = o->mutex.try_lock(t.id);
  bool taken = error == 0 || error == EOWNERDEAD;
  if (taken && exhaustive::sees_older_state()) {
    o->mutex = before;
    error = EBUSY;
    taken = false;
  }
  if (taken && o->mutex.depth == 1) {
    execution.clocks.acquire(t.id, o->clock);
    hold(t, o, false, false, pc);
  }
  note(t, op, static_cast<std::uint64_t>(error), taken ? 0 : unsigned{campaign::kFailed});
  note_read_for_spin(t, pc, op.address, static_cast<std::uint64_t>(error));
  if (!taken) yield_to_others(t);
  return error;
}

int mutex_unlock(void *mutex, std::uint64_t pc) {
  Object *o = mutex_at(mutex, pc);
  Operation op = operation(Op::mutex_unlock, o, pc);
  Thread &t = reach(op, o);
  check_alive(o, op);
  // Released before the state changes: an unlock by the wrong thread is reported with the owner still known.
  objects::Mutex before = o->mutex;
  Misuse misuse;
  int error = o->mutex.unlock(t.id, &misuse);
  if (misuse != Misuse::none) {
    o->mutex = before;
    report_misuse(misuse, op, o);
  }
  if (error == 0 && !o->mutex.is_held()) {
    execution.clocks.release_assign(t.id, o->clock);
    drop(t, o);
  }
  note(t, op, static_cast<std::uint64_t>(error));
  note_read_for_spin(t, pc, op.address, 0);
  return error;
}

int rwlock_init(void *rwlock, std::uint64_t pc) {
  make(rwlock, ObjectKind::rwlock, pc)->rwlock = {};
  return 0;
}

int rwlock_destroy(void *rwlock, std::uint64_t pc) {
  Object *o = execution.objects.find(address_of(rwlock), ObjectKind::rwlock);
  if (!o) return 0;
  Operation op = operation(Op::rwlock_destroy, o, pc);
  if (Misuse misuse = o->rwlock.destroy(); misuse != Misuse::none) report_misuse(misuse, op, o);
  note(*execution.current, op);
  execution.objects.erase(o);
  return 0;
}

namespace {

// A reader is ordered after the last writer; a writer after that and after all readers since.
void acquire_rwlock(Thread &t, Object *o, bool shared, bool blocking, std::uint64_t pc) {
  execution.clocks.acquire(t.id, o->clock);
  if (!shared) execution.clocks.acquire(t.id, o->readers);
  hold(t, o, shared, blocking, pc);
}

}  // namespace

int rwlock_lock(void *rwlock, bool shared, std::uint64_t deadline_ns, std::uint64_t pc) {
  Object *o = rwlock_at(rwlock, pc);
  Op kind = shared ? (deadline_ns ? Op::rwlock_timed_lock_shared : Op::rwlock_lock_shared)
                   : (deadline_ns ? Op::rwlock_timed_lock : Op::rwlock_lock);
  Operation op = operation(kind, o, pc, deadline_ns);
  op.expires = expire_by_choice(deadline_ns, pc);
  if (deadline_ns) together::note_tried(*execution.current, *o);
  Thread &t = reach(op, o);
  check_alive(o, op);
  if (has_expired(op, shared ? o->rwlock.can_lock_shared(t.id) : o->rwlock.can_lock(t.id))) {
    note(t, op, ETIMEDOUT, campaign::kFailed | campaign::kTimedOut);
    return ETIMEDOUT;
  }
  int error = shared ? o->rwlock.lock_shared(t.id) : o->rwlock.lock(t.id);
  if (error == 0) acquire_rwlock(t, o, shared, true, pc);
  note(t, op, static_cast<std::uint64_t>(error));
  note_read_for_spin(t, pc, op.address, static_cast<std::uint64_t>(error));
  return error;
}

int rwlock_try_lock(void *rwlock, bool shared, std::uint64_t pc) {
  if (together::waits(*execution.current)) return rwlock_lock(rwlock, shared, 0, pc);
  Object *o = rwlock_at(rwlock, pc);
  together::note_tried(*execution.current, *o);
  Operation op = operation(shared ? Op::rwlock_try_lock_shared : Op::rwlock_try_lock, o, pc);
  Thread &t = reach(op, o);
  check_alive(o, op);
  const objects::Rwlock before = o->rwlock;
  int error = shared ? o->rwlock.try_lock_shared(t.id) : o->rwlock.try_lock(t.id);
  if (error == 0 && exhaustive::sees_older_state()) {
    o->rwlock = before;
    error = EBUSY;
  }
  if (error == 0) acquire_rwlock(t, o, shared, false, pc);
  note(t, op, static_cast<std::uint64_t>(error), error ? unsigned{campaign::kFailed} : 0);
  note_read_for_spin(t, pc, op.address, static_cast<std::uint64_t>(error));
  if (error) yield_to_others(t);
  return error;
}

int rwlock_unlock(void *rwlock, std::uint64_t pc) {
  Object *o = rwlock_at(rwlock, pc);
  Operation op = operation(Op::rwlock_unlock, o, pc);
  Thread &t = reach(op, o);
  check_alive(o, op);
  bool was_exclusive;
  if (Misuse misuse = o->rwlock.unlock(t.id, &was_exclusive); misuse != Misuse::none) report_misuse(misuse, op, o);
  if (was_exclusive) {
    execution.clocks.release_assign(t.id, o->clock);
    o->readers.clear();
  } else {
    execution.clocks.release(t.id, o->readers);
  }
  drop(t, o);
  note(t, op);
  note_read_for_spin(t, pc, op.address, 0);
  return 0;
}

}  // namespace interleave::runtime::sync
