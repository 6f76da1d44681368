// A thread that joins itself is told so by glibc: an error, not a finding.
// SPDX-License-Identifier: Apache-2.0
//
// expect: sequential
#include <assert.h>
#include <errno.h>
#include <pthread.h>

static void *self(void *unused) {
  (void)unused;
  assert(pthread_join(pthread_self(), NULL) == EDEADLK);
  return NULL;
}

int main(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, self, NULL);
  pthread_join(thread, NULL);
  return 0;
}
