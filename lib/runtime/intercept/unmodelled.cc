// Functions that would start or stop threads behind the scheduler's back: named instead of being let through.
// SPDX-License-Identifier: Apache-2.0
//
// A real thread beside the controlled ones would run program code that nobody orders; a cancellation would look for a kernel thread
// that does not exist. Each ends the execution with a finding that says which call is not modelled yet and where.
#include <pthread.h>
#include <threads.h>

#include <cstdio>

#include "runtime/execution.h"
#include "runtime/intercept/export.h"
#include "runtime/intercept/real.h"

using namespace interleave;
using namespace interleave::runtime;

namespace {

[[noreturn]] void end_unmodelled(const char *name, std::uint64_t pc) {
  auto &f = begin_finding(model::Rule::uncontrolled);
  add_party(f, execution.current->id, Op::thread_create, stack_here(pc));
  std::snprintf(f.message, sizeof f.message, "%s is not modelled yet", name);
  end_execution(campaign::Ending::finding);
}

}  // namespace

INTERLEAVE_EXPORT int pthread_cancel(pthread_t handle) {
  if (controlled) end_unmodelled("pthread_cancel", INTERLEAVE_CALLER());
  return real::pthread_cancel(handle);
}

INTERLEAVE_EXPORT int thrd_create(thrd_t *thread, thrd_start_t start, void *argument) {
  if (controlled) end_unmodelled("thrd_create", INTERLEAVE_CALLER());
  return real::thrd_create(thread, start, argument);
}
