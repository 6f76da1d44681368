// What compilers and the C library call behind the program's back: guards of function-local statics, thread_local destructors,
// owners of exceptions, failed assertions, exits and forks.
// SPDX-License-Identifier: Apache-2.0
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "interleave/runtime.h"
#include "runtime/atomics.h"
#include "runtime/execution.h"
#include "runtime/intercept/export.h"
#include "runtime/intercept/real.h"
#include "runtime/memory/access.h"
#include "runtime/modules.h"
#include "runtime/process/crash.h"
#include "runtime/process/raw_syscall.h"
#include "runtime/process/start.h"
#include "runtime/sync.h"
#include "runtime/threads.h"

using namespace interleave;
using namespace interleave::runtime;

// ---- guards (Itanium C++ ABI 3.3.3): the first byte tells "initialised"; compiled code reads it before it calls -----------
//
// That first byte is an atomic location of its own to the instrumentation, so the once flag is kept at the second one.

namespace {

std::uint8_t *flag_of(std::uint64_t *guard) { return reinterpret_cast<std::uint8_t *>(guard) + 1; }

}  // namespace

INTERLEAVE_EXPORT int __cxa_guard_acquire(std::uint64_t *guard) {
  if (!controlled || modules::is_library_object(guard)) return real::__cxa_guard_acquire(guard);
  bool initialised = __atomic_load_n(reinterpret_cast<char *>(guard), __ATOMIC_ACQUIRE) != 0;
  if (initialised && !sync::once_is_done(flag_of(guard))) return 0;       // before control began
  return sync::once_enter(flag_of(guard), INTERLEAVE_CALLER());
}

INTERLEAVE_EXPORT void __cxa_guard_release(std::uint64_t *guard) {
  if (!controlled || modules::is_library_object(guard)) return real::__cxa_guard_release(guard);
  std::uint64_t pc = INTERLEAVE_CALLER();
  sync::once_leave(flag_of(guard), true, pc);
  if (execution.by_graph) return atomics::store(reinterpret_cast<std::uint8_t *>(guard), std::uint8_t{1}, Order::release, pc);
  // For a thread that had announced its look at the first byte before: that look is an atomic load.
  objects::Object *byte = atomics::location(reinterpret_cast<std::uint64_t>(guard), pc);
  atomics::release_newest(byte);
  __atomic_store_n(reinterpret_cast<char *>(guard), 1, __ATOMIC_RELEASE);
}

INTERLEAVE_EXPORT void __cxa_guard_abort(std::uint64_t *guard) {
  if (!controlled || modules::is_library_object(guard)) return real::__cxa_guard_abort(guard);
  sync::once_leave(flag_of(guard), false, INTERLEAVE_CALLER());
}

INTERLEAVE_EXPORT int __cxa_thread_atexit_impl(void (*destructor)(void *), void *object, void *module) {
  if (controlled && threads::at_exit(destructor, object)) return 0;
  return real::__cxa_thread_atexit_impl(destructor, object, module);
}

// ---- owners of exceptions: std::exception_ptr and handlers. The C++ library counts them out of the instrumentation's sight, and
// the last one destroys the exception; so whoever lets go comes after those who did before, as by that counter.

namespace {

void let_go(void *exception) {
  auto address = reinterpret_cast<std::uint64_t>(exception);
  access::annotate_acquire(address);
  access::annotate_release(address);
}

}  // namespace

// std::exception_ptr::_M_release()
INTERLEAVE_EXPORT void _ZNSt15__exception_ptr13exception_ptr10_M_releaseEv(void **pointer) {
  if (controlled) let_go(*pointer);
  real::_ZNSt15__exception_ptr13exception_ptr10_M_releaseEv(pointer);
}

INTERLEAVE_EXPORT void __cxa_end_catch(void) {
  if (controlled) {
    std::exception_ptr caught = std::current_exception();   // the only way to its address; lets go of it right here
  }
  real::__cxa_end_catch();
}

// ---- ends ---------------------------------------------------------------------------------------------------------------

INTERLEAVE_EXPORT void __assert_fail(const char *expression, const char *file, unsigned line, const char *function) {
  if (controlled) crash::expect_assertion(expression, file, line);
  real::__assert_fail(expression, file, line, function);
  __builtin_unreachable();
}

INTERLEAVE_EXPORT void interleave_check_failed(const char *expression, const char *file, int line) {
  if (controlled) crash::expect_assertion(expression, file, static_cast<unsigned>(line));
  std::fprintf(stderr, "%s:%d: INTERLEAVE_CHECK(%s) failed\n", file, line, expression);
  std::abort();
}

INTERLEAVE_EXPORT void _exit(int status) {
  if (controlled) end_of_program(status);
  raw_syscall(SYS_exit_group, status);
  __builtin_unreachable();
}

INTERLEAVE_EXPORT void _Exit(int status) { _exit(status); }

// The program's own child is a plain program: it has one thread, and nobody controls it.
INTERLEAVE_EXPORT pid_t fork(void) {
  if (!controlled) return real::fork();
  pid_t pid = real::fork();
  if (pid == 0) leave_control();
  else execution.notes |= campaign::kForked;
  return pid;
}
