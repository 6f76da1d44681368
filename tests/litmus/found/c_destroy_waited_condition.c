// A condition variable is destroyed while a thread waits for it.
// SPDX-License-Identifier: Apache-2.0
//
// expect: mutex-misuse
// bound: 1
#include <pthread.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition;
static int closed = 0;

static void *waiter(void *unused) {
  (void)unused;
  pthread_mutex_lock(&mutex);
  while (!closed) pthread_cond_wait(&condition, &mutex);
  pthread_mutex_unlock(&mutex);
  return NULL;
}

// The mistake: closing does not notify.
int main(void) {
  pthread_t thread;
  pthread_cond_init(&condition, NULL);
  pthread_create(&thread, NULL, waiter, NULL);
  pthread_mutex_lock(&mutex);
  closed = 1;
  pthread_mutex_unlock(&mutex);
  pthread_cond_destroy(&condition);
  pthread_join(thread, NULL);
  return 0;
}
