// A thread goes on although its trylock failed.
// SPDX-License-Identifier: Apache-2.0
//
// expect: data-race
// bound: 1
#include <pthread.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int value = 0;

static void *patient(void *unused) {
  (void)unused;
  pthread_mutex_lock(&mutex);
  value++;
  pthread_mutex_unlock(&mutex);
  return NULL;
}

static void *impatient(void *unused) {
  (void)unused;
  int failed = pthread_mutex_trylock(&mutex);
  value++;
  if (!failed) pthread_mutex_unlock(&mutex);
  return NULL;
}

int main(void) {
  pthread_t a, b;
  pthread_create(&a, NULL, patient, NULL);
  pthread_create(&b, NULL, impatient, NULL);
  pthread_join(a, NULL);
  pthread_join(b, NULL);
  return 0;
}
