// A timed wait on each clock ends by its deadline when nobody signals.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=25 1=196 2=695
// exhaustive: incomplete
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <time.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void wait_on(clockid_t clock) {
  pthread_condattr_t attributes;
  pthread_cond_t condition;
  struct timespec deadline;
  pthread_condattr_init(&attributes);
  pthread_condattr_setclock(&attributes, clock);
  pthread_cond_init(&condition, &attributes);
  clock_gettime(clock, &deadline);
  deadline.tv_sec += 3600;
  pthread_mutex_lock(&mutex);
  int result = 0;
  while (result == 0) result = pthread_cond_timedwait(&condition, &mutex, &deadline);
  assert(result == ETIMEDOUT);
  pthread_mutex_unlock(&mutex);
  pthread_cond_destroy(&condition);
}

static void *waiter(void *unused) {
  (void)unused;
  wait_on(CLOCK_REALTIME);
  wait_on(CLOCK_MONOTONIC);
  return NULL;
}

int main(void) {
  pthread_t a, b;
  pthread_create(&a, NULL, waiter, NULL);
  pthread_create(&b, NULL, waiter, NULL);
  pthread_join(a, NULL);
  pthread_join(b, NULL);
  return 0;
}
