// A thread unlocks a mutex that nobody holds.
// SPDX-License-Identifier: Apache-2.0
//
// expect: mutex-misuse
// bound: 0
#include <pthread.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void *unlock_twice(void *unused) {
  (void)unused;
  pthread_mutex_lock(&mutex);
  pthread_mutex_unlock(&mutex);
  pthread_mutex_unlock(&mutex);
  return NULL;
}

int main(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, unlock_twice, NULL);
  pthread_join(thread, NULL);
  return 0;
}
