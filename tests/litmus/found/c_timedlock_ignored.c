// A thread goes on although its lock timed out, which nobody else can see.
// SPDX-License-Identifier: Apache-2.0
//
// expect: data-race
// bound: 1
#include <pthread.h>
#include <time.h>

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
  struct timespec deadline;
  clock_gettime(CLOCK_REALTIME, &deadline);
  deadline.tv_sec += 10;
  int failed = pthread_mutex_timedlock(&mutex, &deadline);
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
