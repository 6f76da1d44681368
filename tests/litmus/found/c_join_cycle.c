// Three threads join each other in a circle; glibc itself notices only circles of two.
// SPDX-License-Identifier: Apache-2.0
//
// expect: deadlock
// bound: 0
#include <pthread.h>

static pthread_t threads[3];
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

// The mutex makes all identifiers known before any is used.
static void *join_next(void *next) {
  pthread_mutex_lock(&mutex);
  pthread_t thread = threads[*(int *)next];
  pthread_mutex_unlock(&mutex);
  pthread_join(thread, NULL);
  return NULL;
}

int main(void) {
  static int next[3] = {1, 2, 0};
  pthread_mutex_lock(&mutex);
  for (int i = 0; i < 3; i++) pthread_create(&threads[i], NULL, join_next, &next[i]);
  pthread_mutex_unlock(&mutex);
  pthread_exit(NULL);
}
