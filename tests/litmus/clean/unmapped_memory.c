// Threads map memory, use it and unmap it: what was looked at there is gone in the next execution.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// bounds: 0
// executions: 0=3
// exhaustive: 16
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>

static atomic_int count;

static void *use(void *unused) {
  int *mapped = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  assert(mapped != MAP_FAILED);
  mapped[0] = atomic_fetch_add(&count, 1);
  mapped[1] = atomic_load(&count);
  assert(mapped[0] < mapped[1]);
  munmap(mapped, 4096);
  atomic_fetch_add(&count, 1);
  return unused;
}

int main(void) {
  pthread_t a, b;
  pthread_create(&a, NULL, use, NULL);
  pthread_create(&b, NULL, use, NULL);
  pthread_join(a, NULL);
  pthread_join(b, NULL);
  assert(atomic_load(&count) == 4);
}
