// Thread-specific values are per thread; their destructors run at its end, before the join.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=3 1=7 2=10
// model: main = create a, create b, join a, join b, op
// model: a = op
// model: b = op
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

static pthread_key_t key;
static atomic_int destroyed = 0;

static void destroy(void *value) {
  assert(*(int *)value == 7);
  atomic_fetch_add(&destroyed, 1);
}

static void *use(void *unused) {
  static _Thread_local int value;
  (void)unused;
  assert(pthread_getspecific(key) == NULL);
  value = 7;
  pthread_setspecific(key, &value);
  assert(pthread_getspecific(key) == &value);
  return NULL;
}

int main(void) {
  pthread_t a, b;
  pthread_key_create(&key, destroy);
  pthread_create(&a, NULL, use, NULL);
  pthread_create(&b, NULL, use, NULL);
  pthread_join(a, NULL);
  pthread_join(b, NULL);
  assert(atomic_load(&destroyed) == 2);
  pthread_key_delete(key);
  return 0;
}
