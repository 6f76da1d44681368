// The older __sync and __atomic functions.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=3 1=11 2=24
// model: main = create a, create b, join a, join b, op
// model: a = op, op
// model: b = op, op
#include <assert.h>
#include <pthread.h>

static int value = 0;

static void *work(void *unused) {
  (void)unused;
  __sync_fetch_and_add(&value, 1);
  __atomic_fetch_add(&value, 1, __ATOMIC_SEQ_CST);
  return NULL;
}

int main(void) {
  pthread_t a, b;
  pthread_create(&a, NULL, work, NULL);
  pthread_create(&b, NULL, work, NULL);
  pthread_join(a, NULL);
  pthread_join(b, NULL);
  assert(__atomic_load_n(&value, __ATOMIC_SEQ_CST) == 4);
  return 0;
}
