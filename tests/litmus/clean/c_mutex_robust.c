// The owner of a robust mutex ends with it held: the next one to lock it is told, repairs it, and all goes on.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=1 1=3 2=4
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

static pthread_mutex_t mutex;
static int value;

static void *leaves_it_locked(void *unused) {
  (void)unused;
  int error = pthread_mutex_lock(&mutex);
  value++;
  if (error == EOWNERDEAD) abort();
  return NULL;
}

int main(void) {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  pthread_mutex_init(&mutex, &attributes);
  pthread_t thread;
  pthread_create(&thread, NULL, leaves_it_locked, NULL);
  int error = pthread_mutex_lock(&mutex);
  if (error == 0 && value != 0) abort();
  if (error == EOWNERDEAD) {
    if (value != 1) abort();
    if (pthread_mutex_consistent(&mutex) != 0) abort();
  }
  pthread_mutex_unlock(&mutex);
  pthread_join(thread, NULL);
  if (error == 0 && pthread_mutex_lock(&mutex) != EOWNERDEAD) abort();
  if (error == 0) {
    pthread_mutex_unlock(&mutex);           /* not repaired */
    if (pthread_mutex_lock(&mutex) != ENOTRECOVERABLE) abort();
  } else if (pthread_mutex_trylock(&mutex) != 0 || pthread_mutex_unlock(&mutex) != 0) {
    abort();
  }
  return 0;
}
