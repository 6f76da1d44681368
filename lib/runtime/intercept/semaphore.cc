// sem_*, pthread_barrier_* and pthread_spin_*.
// SPDX-License-Identifier: Apache-2.0
//
// A spin lock means what a mutex means; that waiting for it burns a processor is nothing a schedule could show.
#include <pthread.h>
#include <semaphore.h>

#include <cerrno>

#include "runtime/by_graph/caller_state.h"
#include "runtime/by_graph/exhaustive.h"
#include "runtime/clock.h"
#include "runtime/intercept/export.h"
#include "runtime/intercept/real.h"
#include "runtime/sync.h"

using namespace interleave;
using namespace interleave::runtime;

namespace {

int as_errno(int error) {
  if (error == 0) return 0;
  errno = error;
  return -1;
}

bool is_bad(const timespec *until) { return until->tv_nsec < 0 || until->tv_nsec >= 1'000'000'000; }

void *lock_of(pthread_spinlock_t *lock) { return const_cast<int *>(lock); }

}  // namespace

INTERLEAVE_EXPORT int sem_init(sem_t *semaphore, int shared, unsigned count) {
  int error = real::sem_init(semaphore, shared, count);
  if (error || !controlled) return error;
  return sync::semaphore_init(semaphore, count, INTERLEAVE_CALLER());
}

INTERLEAVE_EXPORT int sem_destroy(sem_t *semaphore) {
  if (controlled) sync::semaphore_destroy(semaphore, INTERLEAVE_CALLER());
  return real::sem_destroy(semaphore);
}

INTERLEAVE_EXPORT int sem_wait(sem_t *semaphore) {
  if (!controlled) return real::sem_wait(semaphore);
  return as_errno(sync::semaphore_wait(semaphore, 0, INTERLEAVE_CALLER()));
}

INTERLEAVE_ENTRY(int, sem_trywait, sem_t *semaphore) {
  if (!controlled) return real::sem_trywait(semaphore);
  return as_errno(sync::semaphore_try_wait(semaphore, INTERLEAVE_CALLER_OF_ENTRY()));
}

INTERLEAVE_EXPORT int sem_timedwait(sem_t *semaphore, const timespec *until) {
  if (!controlled) return real::sem_timedwait(semaphore, until);
  if (is_bad(until)) return as_errno(EINVAL);
  return as_errno(sync::semaphore_wait(semaphore, virtual_deadline(*until, CLOCK_REALTIME), INTERLEAVE_CALLER()));
}

INTERLEAVE_EXPORT int sem_clockwait(sem_t *semaphore, clockid_t clock, const timespec *until) {
  if (!controlled) return real::sem_clockwait(semaphore, clock, until);
  if (is_bad(until)) return as_errno(EINVAL);
  return as_errno(sync::semaphore_wait(semaphore, virtual_deadline(*until, clock), INTERLEAVE_CALLER()));
}

INTERLEAVE_EXPORT int sem_post(sem_t *semaphore) {
  if (!controlled) return real::sem_post(semaphore);
  return as_errno(sync::semaphore_post(semaphore, INTERLEAVE_CALLER()));
}

INTERLEAVE_EXPORT int sem_getvalue(sem_t *semaphore, int *value) {
  if (!controlled) return real::sem_getvalue(semaphore, value);
  interleave::runtime::exhaustive::forgo_recall();           // no operation
  *value = static_cast<int>(sync::semaphore_value(semaphore, INTERLEAVE_CALLER()));
  return 0;
}

INTERLEAVE_EXPORT int pthread_barrier_init(pthread_barrier_t *barrier, const pthread_barrierattr_t *attributes,
                                           unsigned count) {
  int error = real::pthread_barrier_init(barrier, attributes, count);
  if (error || !controlled) return error;
  return sync::barrier_init(barrier, count, INTERLEAVE_CALLER());
}

INTERLEAVE_EXPORT int pthread_barrier_destroy(pthread_barrier_t *barrier) {
  if (controlled) sync::barrier_destroy(barrier, INTERLEAVE_CALLER());
  return real::pthread_barrier_destroy(barrier);
}

INTERLEAVE_EXPORT int pthread_barrier_wait(pthread_barrier_t *barrier) {
  if (!controlled) return real::pthread_barrier_wait(barrier);
  return sync::barrier_wait(barrier, INTERLEAVE_CALLER());
}

INTERLEAVE_EXPORT int pthread_spin_init(pthread_spinlock_t *lock, int shared) {
  int error = real::pthread_spin_init(lock, shared);
  if (error || !controlled) return error;
  return sync::mutex_init(lock_of(lock), objects::MutexKind::normal, INTERLEAVE_CALLER());
}

INTERLEAVE_EXPORT int pthread_spin_destroy(pthread_spinlock_t *lock) {
  if (controlled) sync::mutex_destroy(lock_of(lock), INTERLEAVE_CALLER());
  return real::pthread_spin_destroy(lock);
}

INTERLEAVE_EXPORT int pthread_spin_lock(pthread_spinlock_t *lock) {
  if (!controlled) return real::pthread_spin_lock(lock);
  return sync::mutex_lock(lock_of(lock), 0, INTERLEAVE_CALLER());
}

INTERLEAVE_ENTRY(int, pthread_spin_trylock, pthread_spinlock_t *lock) {
  if (!controlled) return real::pthread_spin_trylock(lock);
  return sync::mutex_try_lock(lock_of(lock), INTERLEAVE_CALLER_OF_ENTRY());
}

INTERLEAVE_EXPORT int pthread_spin_unlock(pthread_spinlock_t *lock) {
  if (!controlled) return real::pthread_spin_unlock(lock);
  return sync::mutex_unlock(lock_of(lock), INTERLEAVE_CALLER());
}
