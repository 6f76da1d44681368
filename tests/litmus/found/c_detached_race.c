// Two detached threads write one variable; main has left.
// SPDX-License-Identifier: Apache-2.0
//
// expect: data-race
// bound: 0
#include <pthread.h>

static int value = 0;

static void *increment(void *unused) {
  (void)unused;
  value++;
  return NULL;
}

int main(void) {
  for (int i = 0; i < 2; i++) {
    pthread_t thread;
    pthread_create(&thread, NULL, increment, NULL);
    pthread_detach(thread);
  }
  pthread_exit(NULL);
}
