// A writer and a reader take two readers-writer locks in opposite orders.
// SPDX-License-Identifier: Apache-2.0
//
// expect: deadlock
// bound: 1
#include <pthread.h>

static pthread_rwlock_t first = PTHREAD_RWLOCK_INITIALIZER;
static pthread_rwlock_t second = PTHREAD_RWLOCK_INITIALIZER;

static void *writer(void *unused) {
  (void)unused;
  pthread_rwlock_wrlock(&first);
  pthread_rwlock_wrlock(&second);
  pthread_rwlock_unlock(&second);
  pthread_rwlock_unlock(&first);
  return NULL;
}

static void *reader(void *unused) {
  (void)unused;
  pthread_rwlock_rdlock(&second);
  pthread_rwlock_rdlock(&first);
  pthread_rwlock_unlock(&first);
  pthread_rwlock_unlock(&second);
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
