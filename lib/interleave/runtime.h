/* The C functions of the runtime that the shim calls where no standard interface says enough.
   SPDX-License-Identifier: Apache-2.0

   Most of the shim needs none of these: pthread functions and the __tsan_atomic functions are the runtime's own, so a shim mutex
   that calls pthread_mutex_lock is one operation already. Here is what those interfaces cannot express. Every function works
   without control too (run directly, the program is the plain program). None throws. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Nonzero while the calling thread is under the scheduler's control. */
int interleave_under_control(void);

/* A condition variable for any lock, in three parts, so that it is atomic with the unlock between the first two:
   enqueue; the caller unlocks its lock; block until notified or `deadline_ns` on `clock` (CLOCK_REALTIME or CLOCK_MONOTONIC)
   passed (0: no deadline). block returns 0 or ETIMEDOUT. `condition` points to a pthread_cond_t. Only under control; without it, the caller does as libstdc++ does (own mutex and condition). */
void interleave_condition_enqueue(void *condition);
int interleave_condition_block(void *condition, int64_t deadline_ns, int clock);
void interleave_condition_notify(void *condition, int all);

/* Atomics of any size as one operation; sizes 1, 2, 4, 8 and 16 may also use __tsan_atomicN_*. Orders are those of std::memory_order. */
void interleave_atomic_load(const void *object, void *value, size_t size, int order);
void interleave_atomic_store(void *object, const void *value, size_t size, int order);
/* Replaces the value v by f(v, operand), in place; *old receives v. f must not touch other shared memory. */
void interleave_atomic_update(void *object, void *old, size_t size, int order,
                              void (*f)(void *value, const void *operand), const void *operand);
/* Returns nonzero on success; else *expected receives the value found. Bytes are compared. A weak one may fail by choice. */
int interleave_atomic_compare_exchange(void *object, void *expected, const void *desired, size_t size, int success,
                                       int failure, int weak);

/* std::atomic::wait and notify ([atomics.wait]): blocks while the value's bytes equal *old. */
void interleave_atomic_wait(const void *object, const void *old, size_t size, int order);
void interleave_atomic_notify(const void *object, int all);

/* The end of life of an object whose standard type has a trivial destructor (mutex, recursive_mutex ...): `kind` is 'm'utex,
   'r'wlock or 'c'ondition. A held mutex or a condition with waiters is a finding. */
void interleave_end_of_life(const void *object, int kind);

/* Called by the plugin around std::lock, which tries locks and gives them back. Bit i of `guards`: locks[i] is a unique_lock or shared_lock, which
   points to the lock; of `shared`: it is taken shared. */
void interleave_enter_std_lock(const void *const *locks, uint32_t count, uint32_t guards, uint32_t shared);
void interleave_leave_std_lock(void);

/* interleave::choose(n): a value in [0, n) that exploration enumerates; 0 without control. n >= 1. */
uint32_t interleave_choose(uint32_t n);
/* INTERLEAVE_CHECK: reports a failed assertion and ends the execution; without control prints and aborts. */
void interleave_check_failed(const char *expression, const char *file, int line) __attribute__((noreturn));

/* interleave::explore(): runs body(context) under every schedule within `bound` preemptions (see test.h). Returns 0 when no execution had a
   finding, 1 otherwise, 2 when not complete for another reason; *executions receives how many ran. */
struct interleave_explore_options {
  const char *name;
  const char *strategy;        /* "bounded", "random", "pct", "exhaustive" */
  uint32_t bound;              /* UINT32_MAX: unlimited */
  uint64_t seed;
  uint64_t max_executions;     /* 0: no limit */
  uint64_t max_time_ms;        /* 0: no limit */
  const char *memory_model;    /* "c++", "sc" */
  int run_all;                 /* exhaustive: nothing is recalled */
  uint32_t loop_bound;         /* exhaustive: most rounds of a loop; 0: none */
  int assume_told_reads;       /* exhaustive: only instrumented code reads what threads share */
};
struct interleave_explore_result {
  uint64_t executions;
  uint64_t recalled;           /* of `executions`: not run, since all that happens in them was known */
  uint64_t blocked;            /* besides: exhaustive, steps to other executions only */
  int complete;                /* everything within the bound was explored */
  char rule[32];               /* of the finding, empty: none */
  char message[512];
  char schedule[512];          /* text that replays it */
};
int interleave_explore(const struct interleave_explore_options *options, void (*body)(void *), void *context,
                       struct interleave_explore_result *result);

#ifdef __cplusplus
}
#endif
