// What a thread finds through its thread base in glibc's record of it: its handle, its keys, and signals to itself.
// SPDX-License-Identifier: Apache-2.0
//
// Threads may run on one base (thread_base.h). The handle is answered from our own record, and so are keys that were made under control;
// what only glibc can do, it does on the thread's own base.
#include <pthread.h>
#include <signal.h>
#include <threads.h>

#include "runtime/context.h"
#include "runtime/execution.h"
#include "runtime/intercept/export.h"
#include "runtime/intercept/real.h"
#include "runtime/thread_base.h"
#include "runtime/threads.h"

using namespace interleave;
using namespace interleave::runtime;

namespace {

// The main thread is always on its own.
void take_own_base() {
  if (controlled && execution.current->carrier != context::main_carrier()) thread_base::share_no_more(execution.current->carrier);
}

}  // namespace

INTERLEAVE_EXPORT pthread_t pthread_self() noexcept { return controlled ? execution.current->handle : real::pthread_self(); }

INTERLEAVE_EXPORT thrd_t thrd_current() { return controlled ? execution.current->handle : real::thrd_current(); }

INTERLEAVE_EXPORT int pthread_kill(pthread_t handle, int signal) noexcept {
  take_own_base();
  return real::pthread_kill(handle, signal);
}

INTERLEAVE_EXPORT int pthread_sigqueue(pthread_t handle, int signal, const sigval value) noexcept {
  take_own_base();
  return real::pthread_sigqueue(handle, signal, value);
}

INTERLEAVE_EXPORT void *tss_get(tss_t key) {
  take_own_base();
  return real::tss_get(key);
}

INTERLEAVE_EXPORT int tss_set(tss_t key, void *value) {
  take_own_base();
  return real::tss_set(key, value);
}

INTERLEAVE_EXPORT int pthread_key_create(pthread_key_t *key, void (*destructor)(void *)) {
  if (!controlled) return real::pthread_key_create(key, destructor);
  return threads::key_create(key, destructor);
}

INTERLEAVE_EXPORT int pthread_key_delete(pthread_key_t key) {
  return threads::is_our_key(key) ? threads::key_delete(key) : real::pthread_key_delete(key);
}

INTERLEAVE_EXPORT int pthread_setspecific(pthread_key_t key, const void *value) {
  if (threads::is_our_key(key)) return threads::set_specific(key, value);
  take_own_base();
  return real::pthread_setspecific(key, value);
}

INTERLEAVE_EXPORT void *pthread_getspecific(pthread_key_t key) {
  if (threads::is_our_key(key)) return threads::get_specific(key);
  take_own_base();
  return real::pthread_getspecific(key);
}
