// A condition variable is destroyed after its waiter was signalled, but before that thread has returned from the wait: POSIX allows it.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=1 1=4 2=6
#include <pthread.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition;
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
  pthread_cond_init(&condition, NULL);
  pthread_create(&thread, NULL, waiter, NULL);
  pthread_mutex_lock(&mutex);
  int it_waits = waits;
  done = 1;
  if (it_waits) {
    pthread_cond_signal(&condition);
    pthread_cond_destroy(&condition);
  }
  pthread_mutex_unlock(&mutex);
  pthread_join(thread, NULL);
  return 0;
}
