// Main leaves by pthread_exit; the program ends with its last thread.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=2 1=4 2=6
// model: main = create a, create b, leave
// model: a = op
// model: b = op
#include <pthread.h>
#include <stdatomic.h>

static atomic_int value = 0;

static void *work(void *unused) {
  (void)unused;
  atomic_fetch_add(&value, 1);
  return NULL;
}

int main(void) {
  for (int i = 0; i < 2; i++) {
    pthread_t thread;
    pthread_create(&thread, NULL, work, NULL);
    pthread_detach(thread);
  }
  pthread_exit(NULL);
}
