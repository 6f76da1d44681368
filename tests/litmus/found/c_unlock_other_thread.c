// A thread unlocks a mutex that another thread holds.
// SPDX-License-Identifier: Apache-2.0
//
// expect: mutex-misuse
// bound: 1
#include <pthread.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void *holder(void *unused) {
  (void)unused;
  pthread_mutex_lock(&mutex);
  pthread_mutex_unlock(&mutex);
  return NULL;
}

// The mistake: the result of trylock is not looked at.
static void *impatient(void *unused) {
  (void)unused;
  pthread_mutex_trylock(&mutex);
  pthread_mutex_unlock(&mutex);
  return NULL;
}

int main(void) {
  pthread_t a, b;
  pthread_create(&a, NULL, holder, NULL);
  pthread_create(&b, NULL, impatient, NULL);
  pthread_join(a, NULL);
  pthread_join(b, NULL);
  return 0;
}
