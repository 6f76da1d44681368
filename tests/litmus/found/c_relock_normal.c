// A thread locks a normal mutex that it holds: for POSIX a deadlock of one thread.
// SPDX-License-Identifier: Apache-2.0
//
// expect: mutex-misuse
// bound: 0
#include <pthread.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void *relock(void *unused) {
  (void)unused;
  pthread_mutex_lock(&mutex);
  pthread_mutex_lock(&mutex);
  return NULL;
}

int main(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, relock, NULL);
  pthread_join(thread, NULL);
  return 0;
}
