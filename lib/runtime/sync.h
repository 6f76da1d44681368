// Operations of mutexes, rwlocks, condition variables and once flags under control: the objects' meanings put to the scheduler.
// SPDX-License-Identifier: Apache-2.0
//
// Each takes the address of the program's object and the return address of the call (`pc`), may switch threads, and returns
// what the POSIX function returns. `deadline_ns` is on the virtual clock; 0: none.
#pragma once

#include <cstdint>

#include "runtime/execution.h"

namespace interleave::runtime::sync {

int mutex_init(void *mutex, objects::MutexKind kind, std::uint64_t pc, bool robust = false);
int mutex_consistent(void *mutex);
int mutex_destroy(void *mutex, std::uint64_t pc);
int mutex_lock(void *mutex, std::uint64_t deadline_ns, std::uint64_t pc);
int mutex_try_lock(void *mutex, std::uint64_t pc);
int mutex_unlock(void *mutex, std::uint64_t pc);
// The caller found that the mutex is a destroyed one: a finding.
[[noreturn]] void mutex_is_destroyed(void *mutex, model::Op op, std::uint64_t pc);

int rwlock_init(void *rwlock, std::uint64_t pc);
int rwlock_destroy(void *rwlock, std::uint64_t pc);
int rwlock_lock(void *rwlock, bool shared, std::uint64_t deadline_ns, std::uint64_t pc);
int rwlock_try_lock(void *rwlock, bool shared, std::uint64_t pc);
int rwlock_unlock(void *rwlock, std::uint64_t pc);

int condition_init(void *condition, std::uint64_t pc);
int condition_destroy(void *condition, std::uint64_t pc);
int condition_wait(void *condition, void *mutex, std::uint64_t deadline_ns, std::uint64_t pc);
// is_any: of a std::condition_variable_any; see condition_enqueue().
int condition_notify(void *condition, bool all, std::uint64_t pc, bool is_any = false);
// The parts of a wait with a lock of the program's own kind: see interleave/runtime.h.
void condition_enqueue(void *condition, std::uint64_t pc);
int condition_block(void *condition, std::uint64_t deadline_ns, std::uint64_t pc);

int semaphore_init(void *semaphore, unsigned count, std::uint64_t pc);
int semaphore_destroy(void *semaphore, std::uint64_t pc);
// Errors are returned as positive numbers (sem_wait itself sets errno).
int semaphore_wait(void *semaphore, std::uint64_t deadline_ns, std::uint64_t pc);
int semaphore_try_wait(void *semaphore, std::uint64_t pc);
int semaphore_post(void *semaphore, std::uint64_t pc);
unsigned semaphore_value(void *semaphore, std::uint64_t pc);

int barrier_init(void *barrier, unsigned needed, std::uint64_t pc);
int barrier_destroy(void *barrier, std::uint64_t pc);
int barrier_wait(void *barrier, std::uint64_t pc);

// once_enter() returns whether the caller must run the initialiser and then call once_leave().
bool once_enter(void *flag, std::uint64_t pc);
void once_leave(void *flag, bool succeeded, std::uint64_t pc);
// once_is_done() tells, without a visible operation, whether `flag` was finished under control, and then orders the caller after it.
bool once_is_done(const void *flag);

}  // namespace interleave::runtime::sync
