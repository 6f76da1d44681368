// A timed lock: ETIMEDOUT after the deadline, on the virtual clock.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=6 1=11 2=11
// exhaustive: 1
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <time.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void *impatient(void *unused) {
  (void)unused;
  struct timespec deadline, now;
  clock_gettime(CLOCK_REALTIME, &deadline);
  deadline.tv_sec += 3600;
  assert(pthread_mutex_timedlock(&mutex, &deadline) == ETIMEDOUT);
  clock_gettime(CLOCK_REALTIME, &now);
  assert(now.tv_sec >= deadline.tv_sec);
  return NULL;
}

int main(void) {
  pthread_t a, b;
  pthread_mutex_lock(&mutex);
  pthread_create(&a, NULL, impatient, NULL);
  pthread_create(&b, NULL, impatient, NULL);
  pthread_join(a, NULL);
  pthread_join(b, NULL);
  pthread_mutex_unlock(&mutex);
  return 0;
}
