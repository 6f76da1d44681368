// The waker destroys condition variable and mutex; the waiter, already signalled, has still to take the mutex.
// SPDX-License-Identifier: Apache-2.0
//
// expect: use-after-destroy
// bound: 1
//
// Main must give way once, so that the waiter waits already.
#include <pthread.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static int waits, done;

static void *waiter(void *unused) {
  (void)unused;
  pthread_mutex_lock(&mutex);
  waits = 1;
  while (!done) pthread_cond_wait(&condition, &mutex);
  pthread_mutex_unlock(&mutex);
  return NULL;
}

int main(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, waiter, NULL);
  pthread_mutex_lock(&mutex);
  int it_waits = waits;
  done = 1;
  pthread_cond_signal(&condition);
  pthread_mutex_unlock(&mutex);
  if (it_waits) {
    pthread_cond_destroy(&condition);
    pthread_mutex_destroy(&mutex);
  }
  pthread_join(thread, NULL);
  return 0;
}
