// Clean-up handlers pushed in several frames run innermost first when the thread leaves by pthread_exit; popped ones do not.
// SPDX-License-Identifier: Apache-2.0
//
// expect: sequential
#include <assert.h>
#include <pthread.h>

static int order = 0;

static void clean(void *digit) { order = order * 10 + *(int *)digit; }

static void inner(void) {
  static int two = 2, three = 3;
  pthread_cleanup_push(clean, &two);
  pthread_cleanup_push(clean, &three);
  pthread_cleanup_pop(0);
  pthread_exit(&order);
  pthread_cleanup_pop(0);
}

static void *work(void *unused) {
  static int one = 1;
  pthread_cleanup_push(clean, &one);
  inner();
  pthread_cleanup_pop(0);
  return unused;
}

int main(void) {
  pthread_t thread;
  void *result = NULL;
  pthread_create(&thread, NULL, work, NULL);
  pthread_join(thread, &result);
  assert(result == &order && order == 21);
  return 0;
}
