// pthread_exit from a nested call gives its value to the join and runs clean-up handlers.
// SPDX-License-Identifier: Apache-2.0
//
// expect: sequential
// model: main = create a, join a
// model: a =
#include <assert.h>
#include <pthread.h>
#include <stdint.h>

static int cleaned = 0;

static void clean(void *unused) {
  (void)unused;
  cleaned++;
}

static void leave(int value) { pthread_exit((void *)(intptr_t)value); }

static void *work(void *unused) {
  (void)unused;
  pthread_cleanup_push(clean, NULL);
  leave(42);
  pthread_cleanup_pop(0);
  return NULL;
}

int main(void) {
  pthread_t thread;
  void *result = NULL;
  pthread_create(&thread, NULL, work, NULL);
  pthread_join(thread, &result);
  assert((intptr_t)result == 42 && cleaned == 1);
  return 0;
}
