// The pthread functions of mutexes, rwlocks and condition variables, and the shim's own entry points beside them.
// SPDX-License-Identifier: Apache-2.0
//
// Under control each is the operation of sync.h on the bytes' address; the bytes themselves are initialised and destroyed by libc all
// the same, so that attributes read from them are right and a later uncontrolled use works.
#include <pthread.h>

#include <cerrno>
#include <cstdio>

#include "interleave/runtime.h"
#include "runtime/by_graph/caller_state.h"
#include "runtime/clock.h"
#include "runtime/findings.h"
#include "runtime/intercept/export.h"
#include "runtime/intercept/real.h"
#include "runtime/modules.h"
#include "runtime/sync.h"
#include "runtime/together.h"

using namespace interleave;
using namespace interleave::runtime;

namespace {

objects::MutexKind kind_of(const pthread_mutexattr_t *attributes) {
  int type = PTHREAD_MUTEX_DEFAULT;
  if (attributes) pthread_mutexattr_gettype(attributes, &type);
  if (type == PTHREAD_MUTEX_RECURSIVE) return objects::MutexKind::recursive;
  return type == PTHREAD_MUTEX_ERRORCHECK ? objects::MutexKind::error_checking : objects::MutexKind::normal;
}

// glibc keeps the clock of pthread_condattr_setclock in bit 1 of __wrefs.
clockid_t clock_of(const pthread_cond_t *condition) {
  return condition->__data.__wrefs & 2 ? CLOCK_MONOTONIC : CLOCK_REALTIME;
}

// Is this operation ours? Not what guards the C++ library's own insides.
bool ours(const void *object) { return controlled && !modules::is_library_object(object); }

// glibc's pthread_mutex_destroy() leaves this kind behind, which no initialised mutex has.
void check_not_destroyed(pthread_mutex_t *mutex, model::Op op, std::uint64_t pc) {
  if (mutex->__data.__kind == -1) sync::mutex_is_destroyed(mutex, op, pc);
}

bool is_bad(const timespec *until) { return until->tv_nsec < 0 || until->tv_nsec >= 1'000'000'000; }

}  // namespace

INTERLEAVE_EXPORT int pthread_mutex_init(pthread_mutex_t *mutex, const pthread_mutexattr_t *attributes) {
  int error = real::pthread_mutex_init(mutex, attributes);
  if (error || !ours(mutex)) return error;
  int robust = PTHREAD_MUTEX_STALLED;
  if (attributes) pthread_mutexattr_getrobust(attributes, &robust);
  return sync::mutex_init(mutex, kind_of(attributes), INTERLEAVE_CALLER(), robust == PTHREAD_MUTEX_ROBUST);
}

INTERLEAVE_EXPORT int pthread_mutex_consistent(pthread_mutex_t *mutex) {
  if (!ours(mutex)) return real::pthread_mutex_consistent(mutex);
  return sync::mutex_consistent(mutex);
}

INTERLEAVE_EXPORT int pthread_mutex_destroy(pthread_mutex_t *mutex) {
  if (!ours(mutex)) return real::pthread_mutex_destroy(mutex);
  sync::mutex_destroy(mutex, INTERLEAVE_CALLER());
  return real::pthread_mutex_destroy(mutex);
}

INTERLEAVE_EXPORT int pthread_mutex_lock(pthread_mutex_t *mutex) {
  if (!ours(mutex)) return real::pthread_mutex_lock(mutex);
  check_not_destroyed(mutex, Op::mutex_lock, INTERLEAVE_CALLER());
  return sync::mutex_lock(mutex, 0, INTERLEAVE_CALLER());
}

INTERLEAVE_ENTRY(int, pthread_mutex_trylock, pthread_mutex_t *mutex) {
  if (!ours(mutex)) return real::pthread_mutex_trylock(mutex);
  check_not_destroyed(mutex, Op::mutex_try_lock, INTERLEAVE_CALLER_OF_ENTRY());
  return sync::mutex_try_lock(mutex, INTERLEAVE_CALLER_OF_ENTRY());
}

INTERLEAVE_EXPORT int pthread_mutex_timedlock(pthread_mutex_t *mutex, const timespec *until) {
  if (!ours(mutex)) return real::pthread_mutex_timedlock(mutex, until);
  if (is_bad(until)) return EINVAL;
  return sync::mutex_lock(mutex, virtual_deadline(*until, CLOCK_REALTIME), INTERLEAVE_CALLER());
}

INTERLEAVE_EXPORT int pthread_mutex_clocklock(pthread_mutex_t *mutex, clockid_t clock, const timespec *until) {
  if (!ours(mutex)) return real::pthread_mutex_clocklock(mutex, clock, until);
  if (is_bad(until)) return EINVAL;
  return sync::mutex_lock(mutex, virtual_deadline(*until, clock), INTERLEAVE_CALLER());
}

INTERLEAVE_EXPORT int pthread_mutex_unlock(pthread_mutex_t *mutex) {
  if (!ours(mutex)) return real::pthread_mutex_unlock(mutex);
  return sync::mutex_unlock(mutex, INTERLEAVE_CALLER());
}

INTERLEAVE_EXPORT int pthread_rwlock_init(pthread_rwlock_t *lock, const pthread_rwlockattr_t *attributes) {
  int error = real::pthread_rwlock_init(lock, attributes);
  if (error || !ours(lock)) return error;
  return sync::rwlock_init(lock, INTERLEAVE_CALLER());
}

INTERLEAVE_EXPORT int pthread_rwlock_destroy(pthread_rwlock_t *lock) {
  if (!ours(lock)) return real::pthread_rwlock_destroy(lock);
  sync::rwlock_destroy(lock, INTERLEAVE_CALLER());
  return real::pthread_rwlock_destroy(lock);
}

INTERLEAVE_EXPORT int pthread_rwlock_rdlock(pthread_rwlock_t *lock) {
  if (!ours(lock)) return real::pthread_rwlock_rdlock(lock);
  return sync::rwlock_lock(lock, true, 0, INTERLEAVE_CALLER());
}

INTERLEAVE_ENTRY(int, pthread_rwlock_tryrdlock, pthread_rwlock_t *lock) {
  if (!ours(lock)) return real::pthread_rwlock_tryrdlock(lock);
  return sync::rwlock_try_lock(lock, true, INTERLEAVE_CALLER_OF_ENTRY());
}

INTERLEAVE_EXPORT int pthread_rwlock_timedrdlock(pthread_rwlock_t *lock, const timespec *until) {
  if (!ours(lock)) return real::pthread_rwlock_timedrdlock(lock, until);
  if (is_bad(until)) return EINVAL;
  return sync::rwlock_lock(lock, true, virtual_deadline(*until, CLOCK_REALTIME), INTERLEAVE_CALLER());
}

INTERLEAVE_EXPORT int pthread_rwlock_clockrdlock(pthread_rwlock_t *lock, clockid_t clock, const timespec *until) {
  if (!ours(lock)) return real::pthread_rwlock_clockrdlock(lock, clock, until);
  if (is_bad(until)) return EINVAL;
  return sync::rwlock_lock(lock, true, virtual_deadline(*until, clock), INTERLEAVE_CALLER());
}

INTERLEAVE_EXPORT int pthread_rwlock_wrlock(pthread_rwlock_t *lock) {
  if (!ours(lock)) return real::pthread_rwlock_wrlock(lock);
  return sync::rwlock_lock(lock, false, 0, INTERLEAVE_CALLER());
}

INTERLEAVE_ENTRY(int, pthread_rwlock_trywrlock, pthread_rwlock_t *lock) {
  if (!ours(lock)) return real::pthread_rwlock_trywrlock(lock);
  return sync::rwlock_try_lock(lock, false, INTERLEAVE_CALLER_OF_ENTRY());
}

INTERLEAVE_EXPORT int pthread_rwlock_timedwrlock(pthread_rwlock_t *lock, const timespec *until) {
  if (!ours(lock)) return real::pthread_rwlock_timedwrlock(lock, until);
  if (is_bad(until)) return EINVAL;
  return sync::rwlock_lock(lock, false, virtual_deadline(*until, CLOCK_REALTIME), INTERLEAVE_CALLER());
}

INTERLEAVE_EXPORT int pthread_rwlock_clockwrlock(pthread_rwlock_t *lock, clockid_t clock, const timespec *until) {
  if (!ours(lock)) return real::pthread_rwlock_clockwrlock(lock, clock, until);
  if (is_bad(until)) return EINVAL;
  return sync::rwlock_lock(lock, false, virtual_deadline(*until, clock), INTERLEAVE_CALLER());
}

INTERLEAVE_EXPORT int pthread_rwlock_unlock(pthread_rwlock_t *lock) {
  if (!ours(lock)) return real::pthread_rwlock_unlock(lock);
  return sync::rwlock_unlock(lock, INTERLEAVE_CALLER());
}

INTERLEAVE_EXPORT int pthread_cond_init(pthread_cond_t *condition, const pthread_condattr_t *attributes) {
  int error = real::pthread_cond_init(condition, attributes);
  if (error || !ours(condition)) return error;
  return sync::condition_init(condition, INTERLEAVE_CALLER());
}

INTERLEAVE_EXPORT int pthread_cond_destroy(pthread_cond_t *condition) {
  if (!ours(condition)) return real::pthread_cond_destroy(condition);
  sync::condition_destroy(condition, INTERLEAVE_CALLER());
  return real::pthread_cond_destroy(condition);
}

INTERLEAVE_EXPORT int pthread_cond_wait(pthread_cond_t *condition, pthread_mutex_t *mutex) {
  if (!ours(condition)) return real::pthread_cond_wait(condition, mutex);
  return sync::condition_wait(condition, mutex, 0, INTERLEAVE_CALLER());
}

INTERLEAVE_EXPORT int pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *mutex, const timespec *until) {
  if (!ours(condition)) return real::pthread_cond_timedwait(condition, mutex, until);
  if (is_bad(until)) return EINVAL;
  return sync::condition_wait(condition, mutex, virtual_deadline(*until, clock_of(condition)), INTERLEAVE_CALLER());
}

INTERLEAVE_EXPORT int pthread_cond_clockwait(pthread_cond_t *condition, pthread_mutex_t *mutex, clockid_t clock,
                                             const timespec *until) {
  if (!ours(condition)) return real::pthread_cond_clockwait(condition, mutex, clock, until);
  if (is_bad(until)) return EINVAL;
  return sync::condition_wait(condition, mutex, virtual_deadline(*until, clock), INTERLEAVE_CALLER());
}

INTERLEAVE_EXPORT int pthread_cond_signal(pthread_cond_t *condition) {
  if (!ours(condition)) return real::pthread_cond_signal(condition);
  return sync::condition_notify(condition, false, INTERLEAVE_CALLER());
}

INTERLEAVE_EXPORT int pthread_cond_broadcast(pthread_cond_t *condition) {
  if (!ours(condition)) return real::pthread_cond_broadcast(condition);
  return sync::condition_notify(condition, true, INTERLEAVE_CALLER());
}

// ---- the shim's ---------------------------------------------------------------------------------------------------------

INTERLEAVE_EXPORT int interleave_under_control(void) { return controlled; }

INTERLEAVE_EXPORT void interleave_condition_enqueue(void *condition) {
  sync::condition_enqueue(condition, INTERLEAVE_CALLER());
}

INTERLEAVE_EXPORT void interleave_condition_notify(void *condition, int all) {
  sync::condition_notify(condition, all != 0, INTERLEAVE_CALLER(), true);
}

INTERLEAVE_EXPORT int interleave_condition_block(void *condition, int64_t deadline_ns, int clock) {
  std::uint64_t deadline = 0;
  if (deadline_ns) deadline = virtual_deadline({deadline_ns / 1'000'000'000, deadline_ns % 1'000'000'000}, clock);
  return sync::condition_block(condition, deadline, INTERLEAVE_CALLER());
}

INTERLEAVE_EXPORT void interleave_enter_std_lock(const void *const *locks, uint32_t count, uint32_t guards, uint32_t shared) {
  if (controlled) together::enter(*execution.current, {locks, count}, guards, shared);
}

INTERLEAVE_EXPORT void interleave_leave_std_lock(void) {
  if (controlled) together::leave(*execution.current);
}

INTERLEAVE_EXPORT void interleave_end_of_life(const void *object, int kind) {
  // One with static storage ends when the process does, and std's would still be usable then by threads that are left.
  if (!controlled || modules::is_static(object)) return;
  void *at = const_cast<void *>(object);
  switch (kind) {
    case 'm': sync::mutex_destroy(at, INTERLEAVE_CALLER()); break;
    case 'r': sync::rwlock_destroy(at, INTERLEAVE_CALLER()); break;
    case 'c': sync::condition_destroy(at, INTERLEAVE_CALLER()); break;
    default: break;
  }
}
