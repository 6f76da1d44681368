// The pthread functions of threads: create, join, detach, exit, names, once; and std::thread's join and detach.
// SPDX-License-Identifier: Apache-2.0
//
// Under control each is the operation of threads.h; otherwise it is libc's own. A handle that was made before control
// began belongs to libc and goes there.
#include <pthread.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "runtime/by_graph/exhaustive.h"
#include "runtime/clock.h"
#include "runtime/execution.h"
#include "runtime/intercept/export.h"
#include "runtime/intercept/real.h"
#include "runtime/modules.h"
#include "runtime/sync.h"
#include "runtime/threads.h"

using namespace interleave;
using namespace interleave::runtime;

namespace {

bool is_detached(const pthread_attr_t *attributes) {
  int state = PTHREAD_CREATE_JOINABLE;
  if (attributes) pthread_attr_getdetachstate(attributes, &state);
  return state == PTHREAD_CREATE_DETACHED;
}

constexpr int kOnceDone = 2;      // glibc's mark in a pthread_once_t

// Ends a once's running state also when the initialiser leaves by an exception or pthread_exit.
struct OnceRun {
  pthread_once_t *control;
  std::uint64_t pc;
  bool succeeded = false;
  ~OnceRun() {
    sync::once_leave(control, succeeded, pc);       // before the mark: whoever sees that is ordered after it
    if (succeeded) *control = kOnceDone;
  }
};

}  // namespace

INTERLEAVE_EXPORT int pthread_create(pthread_t *handle, const pthread_attr_t *attributes, void *(*start)(void *),
                                     void *argument) {
  if (!controlled) return real::pthread_create(handle, attributes, start, argument);
  return threads::create(handle, is_detached(attributes), start, argument, INTERLEAVE_CALLER());
}

INTERLEAVE_EXPORT int pthread_join(pthread_t handle, void **result) {
  if (!controlled || !threads::find(handle)) return real::pthread_join(handle, result);
  return threads::join(handle, result, 0, false, INTERLEAVE_CALLER());
}

INTERLEAVE_EXPORT int pthread_tryjoin_np(pthread_t handle, void **result) {
  if (!controlled || !threads::find(handle)) return real::pthread_tryjoin_np(handle, result);
  return threads::join(handle, result, 0, true, INTERLEAVE_CALLER());
}

INTERLEAVE_EXPORT int pthread_timedjoin_np(pthread_t handle, void **result, const timespec *until) {
  if (!controlled || !threads::find(handle)) return real::pthread_timedjoin_np(handle, result, until);
  std::uint64_t deadline = until ? virtual_deadline(*until, CLOCK_REALTIME) : 0;
  return threads::join(handle, result, deadline, false, INTERLEAVE_CALLER());
}

INTERLEAVE_EXPORT int pthread_clockjoin_np(pthread_t handle, void **result, clockid_t clock, const timespec *until) {
  if (!controlled || !threads::find(handle)) return real::pthread_clockjoin_np(handle, result, clock, until);
  std::uint64_t deadline = until ? virtual_deadline(*until, clock) : 0;
  return threads::join(handle, result, deadline, false, INTERLEAVE_CALLER());
}

INTERLEAVE_EXPORT int pthread_detach(pthread_t handle) {
  if (!controlled || !threads::find(handle)) return real::pthread_detach(handle);
  return threads::detach(handle);
}

// std::thread::join() and detach() of libstdc++ are what a std::thread changes out of the instrumentation's sight: the handle in it, which
// other threads may look at. Where they throw, libstdc++ does. Weak: a program linked with libstdc++.a has those of it.

#define STD_THREAD INTERLEAVE_EXPORT __attribute__((weak))

namespace {

using explore::segments::Access;

bool may_end(const pthread_t *handle) {
  exhaustive::note_access(Access::read, reinterpret_cast<std::uint64_t>(handle), sizeof *handle);
  return threads::find(*handle) != nullptr;
}

void forget_handle(pthread_t *handle) {
  exhaustive::note_access(Access::write, reinterpret_cast<std::uint64_t>(handle), sizeof *handle);
  *handle = 0;
}

}  // namespace

STD_THREAD void _ZNSt6thread4joinEv(pthread_t *self) {
  const bool is_joined = controlled && may_end(self) && threads::join(*self, nullptr, 0, false, INTERLEAVE_CALLER()) == 0;
  return is_joined ? forget_handle(self) : real::_ZNSt6thread4joinEv(self);
}

STD_THREAD void _ZNSt6thread6detachEv(pthread_t *self) {
  const bool is_detached = controlled && may_end(self) && threads::detach(*self) == 0;
  return is_detached ? forget_handle(self) : real::_ZNSt6thread6detachEv(self);
}

INTERLEAVE_EXPORT void pthread_exit(void *result) {
  if (controlled) threads::exit(result);
  real::pthread_exit(result);
  __builtin_unreachable();
}

// What pthread_cleanup_push and _pop are in C without exceptions.
INTERLEAVE_EXPORT void __pthread_register_cancel(__pthread_unwind_buf_t *cleanup) {
  if (controlled) return threads::push_cleanup(cleanup);
  real::__pthread_register_cancel(cleanup);
}

INTERLEAVE_EXPORT void __pthread_unregister_cancel(__pthread_unwind_buf_t *cleanup) {
  if (controlled) return threads::pop_cleanup(cleanup);
  real::__pthread_unregister_cancel(cleanup);
}

INTERLEAVE_EXPORT void __pthread_unwind_next(__pthread_unwind_buf_t *cleanup) {
  if (controlled) {
    threads::pop_cleanup(cleanup);
    threads::exit(execution.current->result);
  }
  real::__pthread_unwind_next(cleanup);
  __builtin_unreachable();
}

INTERLEAVE_EXPORT int pthread_setname_np(pthread_t handle, const char *name) {
  Thread *t = controlled ? threads::find(handle) : nullptr;
  if (!t) return real::pthread_setname_np(handle, name);
  if (std::strlen(name) >= sizeof t->name) return ERANGE;
  std::snprintf(t->name, sizeof t->name, "%s", name);
  return 0;
}

INTERLEAVE_EXPORT int pthread_getname_np(pthread_t handle, char *name, std::size_t size) {
  Thread *t = controlled ? threads::find(handle) : nullptr;
  if (!t) return real::pthread_getname_np(handle, name, size);
  if (size < sizeof t->name) return ERANGE;
  const char *inherited = program_invocation_short_name;
  std::snprintf(name, sizeof t->name, "%s", t->name[0] ? t->name : inherited);
  return 0;
}

INTERLEAVE_EXPORT int pthread_once(pthread_once_t *control, void (*initialiser)(void)) {
  if (!controlled) return real::pthread_once(control, initialiser);
  // The library's own: no choice point, but what it initialises (a key of libstdc++'s) is under control as ever.
  if (modules::is_library_object(control)) return real::pthread_once(control, initialiser);
  std::uint64_t pc = INTERLEAVE_CALLER();
  if (*control == kOnceDone && !sync::once_is_done(control)) return 0;      // done before control began
  if (!sync::once_enter(control, pc)) return 0;
  OnceRun run{control, pc};
  initialiser();
  run.succeeded = true;
  return 0;
}
