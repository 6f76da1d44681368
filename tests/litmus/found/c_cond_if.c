// A waiter that does not look again takes what another has taken.
// SPDX-License-Identifier: Apache-2.0
//
// expect: assertion
// bound: 1
//
// A spurious wake-up suffices, once main has given way: the creation is followed by a lock, so that
// is one preemption.
#include <assert.h>
#include <pthread.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static int items = 0;

static void *take(void *unused) {
  (void)unused;
  pthread_mutex_lock(&mutex);
  if (items == 0) pthread_cond_wait(&condition, &mutex);
  assert(items > 0);
  items--;
  pthread_mutex_unlock(&mutex);
  return NULL;
}

int main(void) {
  pthread_t a, b;
  pthread_create(&a, NULL, take, NULL);
  pthread_create(&b, NULL, take, NULL);
  pthread_mutex_lock(&mutex);
  items = 2;
  pthread_cond_broadcast(&condition);
  pthread_mutex_unlock(&mutex);
  pthread_join(a, NULL);
  pthread_join(b, NULL);
  return 0;
}
