// pthread_once runs its function once and orders it before every return.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=3 1=10 2=13
// model: main = create a, create b, join a, join b
// model: a = once o
// model: b = once o
#include <assert.h>
#include <pthread.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int value = 0;

static void init(void) { value++; }

static void *use(void *unused) {
  (void)unused;
  pthread_once(&once, init);
  assert(value == 1);
  return NULL;
}

int main(void) {
  pthread_t a, b;
  pthread_create(&a, NULL, use, NULL);
  pthread_create(&b, NULL, use, NULL);
  pthread_join(a, NULL);
  pthread_join(b, NULL);
  return 0;
}
