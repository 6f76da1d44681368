// Destructors of thread-specific values run at the ends of two threads and race.
// SPDX-License-Identifier: Apache-2.0
//
// expect: data-race
// bound: 0
#include <pthread.h>

static pthread_key_t key;
static int destroyed = 0;

static void destroy(void *unused) {
  (void)unused;
  destroyed++;
}

static void *set(void *value) {
  pthread_setspecific(key, value);
  return NULL;
}

int main(void) {
  static int value;
  pthread_t a, b;
  pthread_key_create(&key, destroy);
  pthread_create(&a, NULL, set, &value);
  pthread_create(&b, NULL, set, &value);
  pthread_join(a, NULL);
  pthread_join(b, NULL);
  return 0;
}
