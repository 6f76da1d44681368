// Main returns without joining; what a thread does before that is an execution as well.
// SPDX-License-Identifier: Apache-2.0
//
// expect: assertion
// bound: 1
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

static atomic_int balance = 0;

static void *spend(void *unused) {
  (void)unused;
  assert(atomic_fetch_sub(&balance, 1) > 0);
  return NULL;
}

int main(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, spend, NULL);
  pthread_detach(thread);
  return 0;
}
