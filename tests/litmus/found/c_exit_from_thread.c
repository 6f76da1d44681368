// A thread ends the whole program with a status that says failure.
// SPDX-License-Identifier: Apache-2.0
//
// expect: test-failed
// bound: 1
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

static atomic_int balance = 0;

static void *withdraw_and_refund(void *unused) {
  (void)unused;
  atomic_fetch_sub(&balance, 1);
  atomic_fetch_add(&balance, 1);
  return NULL;
}

static void *audit(void *unused) {
  (void)unused;
  if (atomic_load(&balance) != 0) exit(3);
  return NULL;
}

int main(void) {
  pthread_t a, b;
  pthread_create(&a, NULL, withdraw_and_refund, NULL);
  pthread_create(&b, NULL, audit, NULL);
  pthread_join(a, NULL);
  pthread_join(b, NULL);
  return 0;
}
