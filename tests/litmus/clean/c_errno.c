// Each thread has its own errno through every switch.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=3 1=11 2=24
// model: main = create a, create b, join a, join b
// model: a = op, op
// model: b = op, op
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>

static atomic_int shared = 0;

static void *keep(void *number) {
  errno = *(int *)number;
  atomic_fetch_add(&shared, 1);
  atomic_fetch_add(&shared, 1);
  assert(errno == *(int *)number);
  return NULL;
}

int main(void) {
  static int first = EINTR, second = EAGAIN;
  pthread_t a, b;
  pthread_create(&a, NULL, keep, &first);
  pthread_create(&b, NULL, keep, &second);
  pthread_join(a, NULL);
  pthread_join(b, NULL);
  return 0;
}
