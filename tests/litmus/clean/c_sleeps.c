// Every sleep of the C library takes no time and moves every clock.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=12 1=49 2=92
#define _GNU_SOURCE
#include <assert.h>
#include <pthread.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static void *sleeper(void *unused) {
  (void)unused;
  const time_t begin = time(NULL);
  struct timespec hour = {3600, 0}, until;
  struct timeval now;
  sleep(3600);
  usleep(500000);
  nanosleep(&hour, NULL);
  clock_gettime(CLOCK_MONOTONIC, &until);
  until.tv_sec += 3600;
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
  assert(time(NULL) >= begin + 3 * 3600);
  gettimeofday(&now, NULL);
  assert(now.tv_sec >= begin + 3 * 3600);
  return NULL;
}

int main(void) {
  pthread_t a, b;
  pthread_create(&a, NULL, sleeper, NULL);
  pthread_create(&b, NULL, sleeper, NULL);
  pthread_join(a, NULL);
  pthread_join(b, NULL);
  return 0;
}
