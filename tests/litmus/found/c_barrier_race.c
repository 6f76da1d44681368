// A thread writes on after the barrier while another one reads.
// SPDX-License-Identifier: Apache-2.0
//
// expect: data-race
// bound: 0
#include <pthread.h>

static pthread_barrier_t barrier;
static int value;

static void *writer(void *argument) {
  (void)argument;
  value = 1;
  pthread_barrier_wait(&barrier);
  value = 2;
  return 0;
}

static void *reader(void *argument) {
  (void)argument;
  pthread_barrier_wait(&barrier);
  return value != 0 ? &value : 0;
}

int main(void) {
  pthread_t threads[2];
  pthread_barrier_init(&barrier, 0, 2);
  pthread_create(&threads[0], 0, writer, 0);
  pthread_create(&threads[1], 0, reader, 0);
  pthread_join(threads[0], 0);
  pthread_join(threads[1], 0);
}
