// A thread waits for a condition without holding the mutex.
// SPDX-License-Identifier: Apache-2.0
//
// expect: mutex-misuse
// bound: 0
#include <pthread.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;

static void *waiter(void *unused) {
  (void)unused;
  pthread_cond_wait(&condition, &mutex);
  return NULL;
}

int main(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, waiter, NULL);
  pthread_cond_signal(&condition);
  pthread_join(thread, NULL);
  return 0;
}
