// A recursive mutex by its static initialiser; trylock by the owner succeeds.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=3 1=19 2=34
// model: main = create a, create b, join a, join b
// model: a = lock m, relock m, unlock m, unlock m
// model: b = lock m, relock m, unlock m, unlock m
#define _GNU_SOURCE
#include <assert.h>
#include <pthread.h>

static pthread_mutex_t mutex = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static int value = 0;

static void *increment(void *unused) {
  (void)unused;
  pthread_mutex_lock(&mutex);
  assert(pthread_mutex_trylock(&mutex) == 0);
  value++;
  pthread_mutex_unlock(&mutex);
  pthread_mutex_unlock(&mutex);
  return NULL;
}

int main(void) {
  pthread_t a, b;
  pthread_create(&a, NULL, increment, NULL);
  pthread_create(&b, NULL, increment, NULL);
  pthread_join(a, NULL);
  pthread_join(b, NULL);
  return 0;
}
