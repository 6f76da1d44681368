// Four threads at a barrier for two: who meets whom depends on the order of arrival.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// memory-model: sc
// executions: 0=352
// bounds: 0
// exhaustive: 24
#include <pthread.h>

static pthread_barrier_t barrier;

static void *work(void *argument) {
  (void)argument;
  pthread_barrier_wait(&barrier);
  return 0;
}

int main(void) {
  pthread_t threads[4];
  pthread_barrier_init(&barrier, 0, 2);
  for (int i = 0; i < 4; i++) pthread_create(&threads[i], 0, work, 0);
  for (int i = 0; i < 4; i++) pthread_join(threads[i], 0);
}
