// A value handed over with a condition variable.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=3 1=12 2=18
// model: main = create a, create b, join a, join b
// model: a = lock m, await c m f, unlock m
// model: b = lock m, set f, notify c, unlock m
#include <assert.h>
#include <pthread.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static int data = 0, ready = 0;

static void *taker(void *unused) {
  (void)unused;
  pthread_mutex_lock(&mutex);
  while (!ready) pthread_cond_wait(&condition, &mutex);
  assert(data == 1);
  pthread_mutex_unlock(&mutex);
  return NULL;
}

static void *giver(void *unused) {
  (void)unused;
  pthread_mutex_lock(&mutex);
  data = 1;
  ready = 1;
  pthread_cond_signal(&condition);
  pthread_mutex_unlock(&mutex);
  return NULL;
}

int main(void) {
  pthread_t a, b;
  pthread_create(&a, NULL, taker, NULL);
  pthread_create(&b, NULL, giver, NULL);
  pthread_join(a, NULL);
  pthread_join(b, NULL);
  return 0;
}
