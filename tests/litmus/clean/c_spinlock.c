// pthread spin locks.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=3 1=11 2=16
#include <pthread.h>

static pthread_spinlock_t lock;
static int value = 0;

static void *increment(void *unused) {
  (void)unused;
  pthread_spin_lock(&lock);
  value++;
  pthread_spin_unlock(&lock);
  return NULL;
}

int main(void) {
  pthread_t a, b;
  pthread_spin_init(&lock, PTHREAD_PROCESS_PRIVATE);
  pthread_create(&a, NULL, increment, NULL);
  pthread_create(&b, NULL, increment, NULL);
  pthread_join(a, NULL);
  pthread_join(b, NULL);
  pthread_spin_destroy(&lock);
  return 0;
}
