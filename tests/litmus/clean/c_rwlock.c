// Readers share, writers exclude; tries fail with EBUSY.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=3 1=10 2=15
#include <assert.h>
#include <errno.h>
#include <pthread.h>

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static int value = 0;

static void *reader(void *unused) {
  (void)unused;
  pthread_rwlock_rdlock(&lock);
  assert(pthread_rwlock_trywrlock(&lock) == EBUSY);
  assert(value == 0 || value == 1);
  pthread_rwlock_unlock(&lock);
  return NULL;
}

static void *writer(void *unused) {
  (void)unused;
  pthread_rwlock_wrlock(&lock);
  value = 1;
  pthread_rwlock_unlock(&lock);
  return NULL;
}

int main(void) {
  pthread_t a, b;
  pthread_create(&a, NULL, reader, NULL);
  pthread_create(&b, NULL, writer, NULL);
  pthread_join(a, NULL);
  pthread_join(b, NULL);
  return 0;
}
