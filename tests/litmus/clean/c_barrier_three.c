// Three threads meet at a barrier: in which order they come makes no difference.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// memory-model: sc
// executions: 0=26
// bounds: 0
// exhaustive: 1
#include <assert.h>
#include <pthread.h>

static pthread_barrier_t barrier;
static int parts[3];

static void *work(void *argument) {
  int *part = argument;
  *part = 1;
  pthread_barrier_wait(&barrier);
  assert(parts[0] + parts[1] + parts[2] == 3);
  return 0;
}

int main(void) {
  pthread_t threads[3];
  pthread_barrier_init(&barrier, 0, 3);
  for (int i = 0; i < 3; i++) pthread_create(&threads[i], 0, work, &parts[i]);
  for (int i = 0; i < 3; i++) pthread_join(threads[i], 0);
  pthread_barrier_destroy(&barrier);
}
