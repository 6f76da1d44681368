// C11 atomics: a release store publishes what an acquire load takes.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=5 1=12 2=17
// model: main = create a, create b, join a, join b
// model: a = store ready rel
// model: b = load ready acq
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

static int data = 0;
static atomic_int ready = 0;

static void *writer(void *unused) {
  (void)unused;
  data = 1;
  atomic_store_explicit(&ready, 1, memory_order_release);
  return NULL;
}

static void *reader(void *unused) {
  (void)unused;
  if (atomic_load_explicit(&ready, memory_order_acquire)) assert(data == 1);
  return NULL;
}

int main(void) {
  pthread_t a, b;
  pthread_create(&a, NULL, writer, NULL);
  pthread_create(&b, NULL, reader, NULL);
  pthread_join(a, NULL);
  pthread_join(b, NULL);
  return 0;
}
