// A mutex is destroyed by the thread that believes it is the last to use it.
// SPDX-License-Identifier: Apache-2.0
//
// expect: use-after-destroy
// bound: 0
#include <pthread.h>

static pthread_mutex_t mutex;
static int users = 2;

static void *leave(void *unused) {
  (void)unused;
  pthread_mutex_lock(&mutex);
  int mine = users;
  pthread_mutex_unlock(&mutex);
  if (mine == 2) pthread_mutex_destroy(&mutex);
  return NULL;
}

int main(void) {
  pthread_t a, b;
  pthread_mutex_init(&mutex, NULL);
  pthread_create(&a, NULL, leave, NULL);
  pthread_create(&b, NULL, leave, NULL);
  pthread_join(a, NULL);
  pthread_join(b, NULL);
  return 0;
}
