// A mutex is destroyed while another thread holds it.
// SPDX-License-Identifier: Apache-2.0
//
// expect: mutex-misuse
// bound: 2
#include <pthread.h>

static pthread_mutex_t mutex;

static void *holder(void *unused) {
  (void)unused;
  pthread_mutex_lock(&mutex);
  pthread_mutex_unlock(&mutex);
  return NULL;
}

// Needs two preemptions: main gives way after the creation, the holder inside its critical section.
int main(void) {
  pthread_t thread;
  pthread_mutex_init(&mutex, NULL);
  pthread_create(&thread, NULL, holder, NULL);
  if (pthread_mutex_trylock(&mutex) == 0) {
    pthread_mutex_unlock(&mutex);
  } else {
    pthread_mutex_destroy(&mutex);
  }
  pthread_join(thread, NULL);
  return 0;
}
