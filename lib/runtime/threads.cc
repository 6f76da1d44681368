// Creation, end and joining of controlled threads.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/threads.h"

#include <setjmp.h>
#include <unwind.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "runtime/by_graph/exhaustive.h"
#include "runtime/by_graph/partial.h"
#include "runtime/by_graph/places.h"
#include "runtime/by_graph/pure_loops.h"
#include "runtime/clock.h"
#include "runtime/context.h"
#include "runtime/findings.h"
#include "runtime/memory/access.h"
#include "runtime/memory/determinism.h"
#include "runtime/memory/tls_image.h"
#include "runtime/memory/writes.h"
#include "runtime/process/server.h"
#include "runtime/process/start.h"
#include "runtime/scheduler.h"
#include "runtime/thread_base.h"
#include "support/check.h"

namespace interleave::runtime {

struct ExitCall {
  void (*destructor)(void *);
  void *object;
  ExitCall *next;
};

namespace threads {
namespace {

// ---- keys ([POSIX pthread_key_create]) --------------------------------------------------------------------------------

constexpr pthread_key_t kFirstKey = 1 << 16;      // glibc's own are below 1024
constexpr std::uint32_t kKeys = 128;
constexpr int kDestructorRounds = 4;              // PTHREAD_DESTRUCTOR_ITERATIONS
struct Key {
  bool used;
  void (*destructor)(void *);
} keys[kKeys];
void *values[model::kMaxThreads][kKeys];

void run_key_destructors(Thread &t) {
  for (int round = 0; round < kDestructorRounds; round++) {
    bool any = false;
    for (std::uint32_t i = 0; i < kKeys; i++) {
      void *value = values[t.id][i];
      if (!value || !keys[i].used || !keys[i].destructor) continue;
      values[t.id][i] = nullptr;
      any = true;
      keys[i].destructor(value);
    }
    if (!any) break;
  }
  std::memset(values[t.id], 0, sizeof values[t.id]);
}

void run_exit_calls(Thread &t) {
  while (ExitCall *call = t.exit_calls) {
    t.exit_calls = call->next;
    call->destructor(call->object);
  }
}

void forget_stack(Thread &t) {
  auto low = reinterpret_cast<std::uint64_t>(t.carrier->stack_low);
  auto high = reinterpret_cast<std::uint64_t>(t.carrier->stack_high);    // os: a borrower's frames lie above `top` too
  execution.races.forget(low, high - low);
  execution.objects.erase_range(low, high - low, nullptr);
  tls_image::for_each(t.carrier->thread_base, [](std::uint64_t begin, std::uint64_t size) {
    execution.races.forget(begin, size);
    execution.objects.erase_range(begin, size, nullptr);
  });
}

// A handle names its thread until that is joined or detached, so its carrier serves nobody else before.
void give_back_if_over(Thread &t) {
  if (t.ended && (t.joined || t.detached) && t.id != model::kMainThread) context::give_back(t.carrier);
}

// The robust mutexes that the thread still holds go on to who waits for them, with EOWNERDEAD.
void leave_robust_mutexes(Thread &t) {
  for (std::uint32_t i = 0; i < t.held_count; i++) {
    objects::Object *o = execution.objects.at(t.held[i].lock);
    if (o->kind != model::ObjectKind::mutex || !o->mutex.robust || o->mutex.owner != t.id) continue;
    Operation op{.op = Op::mutex_unlock, .address = o->address, .object = o->id};
    reach(op, o);
    execution.clocks.release_assign(t.id, o->clock);
    o->mutex.owner_ends();
    note(t, op);
  }
}

void finish(Thread &t) {
  run_exit_calls(t);
  run_key_destructors(t);
  leave_robust_mutexes(t);
  Operation op{.op = Op::thread_end};
  note(t, op);
  execution.last_change = execution.visible;
}

// ---- pthread_exit: runs the cleanups of all frames up to the thread's first, as glibc does --------------------------------------
//
// A cleanup runs in its own frame, which is free to overwrite everything deeper; so nothing that is needed later is in there.

_Unwind_Exception exits[model::kMaxThreads];

[[noreturn]] void end_by_exit(Thread &t) {
  finish(t);
  if (t.id != model::kMainThread) leave(t);
  leave_main(t);
  t.ended = false;                 // it comes back to end the process, as POSIX has it for the last thread
  std::exit(0);
}

_Unwind_Reason_Code stop(int, _Unwind_Action actions, _Unwind_Exception_Class, _Unwind_Exception *,
                         _Unwind_Context *context, void *argument) {
  Thread &t = *static_cast<Thread *>(argument);
  bool at_end = (actions & _UA_END_OF_STACK) != 0;
  auto frame = _Unwind_GetCFA(context);
  if (t.cleanups && (at_end || frame > reinterpret_cast<std::uintptr_t>(t.cleanups)))
    _longjmp(*reinterpret_cast<jmp_buf *>(t.cleanups), 1);
  if (at_end || (t.stack_mark && frame > reinterpret_cast<std::uintptr_t>(t.stack_mark))) end_by_exit(t);
  return _URC_NO_REASON;
}

void swallowed(_Unwind_Reason_Code, _Unwind_Exception *) {
  static const char kText[] = "FATAL: exception not rethrown\n";     // glibc's words for the same mistake
  std::fputs(kText, stderr);
  std::abort();
}

// What an earlier thread left on the stack, or a new stack held for the callee-saved registers, would make equal states of the program look
// different (by_graph/pure_loops.h).
[[gnu::always_inline]] inline void wipe_traces() {
  constexpr std::size_t kFirstFrames = 4096;
  context::wipe_stack<kFirstFrames>();
#if defined(__x86_64__)
  asm volatile("xorl %%ebx, %%ebx\n\txorl %%r12d, %%r12d\n\txorl %%r13d, %%r13d\n\txorl %%r14d, %%r14d\n\txorl %%r15d, %%r15d" ::
                   : "rbx", "r12", "r13", "r14", "r15", "cc");
#endif
}

// A frame of its own: unwinding stops when it has left this one, before the next, which lets nothing pass.
[[gnu::noinline]] void call_start(Thread &t) {
  if (exhaustive::is_searching()) wipe_traces();
  t.stack_mark = __builtin_frame_address(0);
  t.result = t.start(t.argument);
}

// noexcept: an exception that leaves the thread's function is std::terminate, found with the thrower's frames still there.
void first_frame(void *argument) noexcept {
  Thread &t = *static_cast<Thread *>(argument);
  t.started = true;
  note(t, t.pending);
  exhaustive::note_start();
  call_start(t);
  finish(t);
  leave(t);
}

[[noreturn]] void too_many_threads(std::uint64_t pc) {
  auto &f = begin_finding(model::Rule::uncontrolled);
  add_party(f, execution.current->id, Op::thread_create, stack_here(pc));
  std::snprintf(f.message, sizeof f.message, "an execution of more than %u threads", model::kMaxThreads);
  end_execution(campaign::Ending::finding);
}

// A carrier for one thread more; by graph that of its place. Fibers' carriers cannot be made in a forked worker, so it asks for a new start.
Carrier *lend_carrier(Thread &t) {
  const std::uint32_t wanted = execution.campaign->settings.carriers;
  if (context::is_os()) server::enter_worker();        // real threads must belong to the process that runs them
  else if (!server::is_worker()) context::prepare(wanted);
  const ThreadId index = execution.by_graph ? t.place : 0;
  if (Carrier *c = context::lend(index, first_frame, &t)) return c;
  if (!server::is_worker()) {
    context::prepare(2 * execution.thread_count + wanted);
    if (Carrier *c = context::lend(index, first_frame, &t)) return c;
  }
  if (execution.thread_count >= model::kMaxThreads) return nullptr;
  execution.campaign->carriers_needed = 2 * (std::max(execution.thread_count, index) + 1);
  end_execution(campaign::Ending::need_carriers);
}

}  // namespace

void begin() {
  for (ThreadId i = 0; i < execution.thread_count; i++) execution.threads[i] = Thread{};
  Thread &t = execution.threads[0];
  t = Thread{};
  t.parent = model::kNoThread;
  t.started = true;
  t.carrier = context::main_carrier();
  t.handle = t.carrier->handle;
  execution.thread_count = execution.live_threads = 1;
  execution.current = &t;
}

void enter_worker() {
  if (!server::is_worker() && !context::is_os()) context::prepare(execution.campaign->settings.carriers);
  server::enter_worker();
}

int create(pthread_t *handle, bool detached, void *(*start)(void *), void *argument, std::uint64_t pc) {
  Thread &parent = *execution.current;
  exhaustive::begin();
  const ThreadId place = places::of_next_child(parent);
  if (place == model::kNoThread) too_many_threads(pc);
  if (execution.by_graph) exhaustive::reach_create(place, pc);
  parent.created++;
  Thread &t = execution.threads[execution.thread_count];
  t = Thread{};
  t.id = execution.thread_count;
  t.place = exhaustive::is_searching() ? place : t.id;
  thread_base::look_at_modules(parent.carrier);
  t.carrier = lend_carrier(t);
  if (!t.carrier) return EAGAIN;
  t.handle = t.carrier->handle;
  t.parent = parent.id;
  t.detached = detached;
  t.slept_ns = parent.slept_ns;
  t.start = start;
  t.argument = argument;
  t.pending = Operation{.op = Op::thread_start, .object = t.id, .pc = pc};
  if (execution.recording) t.created_stack = t.pending_stack = stack_here(pc);
  execution.thread_count++;
  execution.live_threads++;
  if (execution.campaign && execution.thread_count > execution.campaign->progress.threads_max)
    execution.campaign->progress.threads_max = execution.thread_count;
  execution.clocks.create(parent.id, t.id);
  forget_stack(t);
  if (handle) {
    exhaustive::note_access(explore::segments::Access::write, reinterpret_cast<std::uint64_t>(handle), sizeof *handle);
    *handle = t.handle;
  }
  watch_for_exit();
  Operation op{.op = Op::thread_create, .object = t.id, .operand = t.id, .pc = pc};
  note(parent, op);
  note_change(parent);
  if (partial::is_on()) partial::note_birth(t);
  return 0;
}

void begin_again(Thread &t, const Thread &born) {
  const bool is_detached = t.detached;        // by others, perhaps
  t = born;
  t.detached = is_detached;
  std::memset(values[t.id], 0, sizeof values[t.id]);
  forget_stack(t);
  thread_base::renew(t.carrier);
  access::begin_thread(t.id);
  determinism::begin_thread(t.place);
  writes::begin_thread(t);
  pure_loops::begin_thread(t);
  context::lend(t.place, first_frame, &t);
}

Thread *find(pthread_t handle) {
  for (ThreadId i = execution.thread_count; i-- > 0;)
    if (execution.threads[i].handle == handle) return &execution.threads[i];
  return nullptr;
}

int join(pthread_t handle, void **result, std::uint64_t deadline_ns, bool try_only, std::uint64_t pc) {
  Thread *target = find(handle);
  if (!target || target->joined) return ESRCH;
  if (target->detached) return EINVAL;
  if (target == execution.current) return EDEADLK;
  if (try_only) exhaustive::forgo_recall();          // its answer is in no graph
  if (try_only && !target->ended) {
    reach(Operation{.op = Op::thread_yield, .pc = pc});
    return target->ended ? join(handle, result, 0, false, pc) : EBUSY;
  }
  Operation op{.op = Op::thread_join, .object = target->id, .operand = target->id, .deadline_ns = deadline_ns, .pc = pc};
  const bool expires = deadline_ns && ask_yes(model::ChoiceKind::timeout, pc);
  if (expires) pass_time_to(deadline_ns);
  Thread &t = *execution.current;
  if (expires && execution.by_graph) {               // that the other one has not ended yet needs no operation
    note(t, op, 0, campaign::kFailed | campaign::kTimedOut);
    return ETIMEDOUT;
  }
  reach(op);
  if (!target->ended) {
    note(t, op, 0, campaign::kFailed | campaign::kTimedOut);
    return ETIMEDOUT;
  }
  target->joined = true;
  give_back_if_over(*target);
  execution.clocks.join(t.id, target->id);
  t.slept_ns = std::max(t.slept_ns, target->slept_ns);
  if (result) *result = target->result;
  note(t, op);
  note_change(t);
  return 0;
}

int detach(pthread_t handle) {
  Thread *target = find(handle);
  if (!target || target->joined) return ESRCH;
  if (target->detached) return EINVAL;
  target->detached = true;
  give_back_if_over(*target);
  note(*execution.current, Operation{.op = Op::thread_detach, .object = target->id, .operand = target->id});
  return 0;
}

void exit(void *result) {
  Thread &t = *execution.current;
  t.result = result;
  exits[t.id] = {};
  exits[t.id].exception_cleanup = swallowed;
  _Unwind_ForcedUnwind(&exits[t.id], stop, &t);
  end_by_exit(t);                  // only when there is nothing that can be unwound: no cleanups then
}

void push_cleanup(__pthread_unwind_buf_t *cleanup) {
  cleanup->__pad[0] = execution.current->cleanups;
  execution.current->cleanups = cleanup;
}

void pop_cleanup(__pthread_unwind_buf_t *cleanup) {
  execution.current->cleanups = static_cast<__pthread_unwind_buf_t *>(cleanup->__pad[0]);
}

int key_create(pthread_key_t *key, void (*destructor)(void *)) {
  partial::note_trace();
  for (std::uint32_t i = 0; i < kKeys; i++) {
    if (keys[i].used) continue;
    keys[i] = {true, destructor};
    for (auto &row : values) row[i] = nullptr;
    *key = kFirstKey + i;
    return 0;
  }
  return EAGAIN;
}

bool is_our_key(pthread_key_t key) { return key >= kFirstKey && key < kFirstKey + kKeys && keys[key - kFirstKey].used; }

int key_delete(pthread_key_t key) {
  partial::note_trace();
  keys[key - kFirstKey].used = false;
  return 0;
}

int set_specific(pthread_key_t key, const void *value) {
  values[execution.current->id][key - kFirstKey] = const_cast<void *>(value);
  return 0;
}

void *get_specific(pthread_key_t key) { return values[execution.current->id][key - kFirstKey]; }

bool at_exit(void (*destructor)(void *), void *object) {
  Thread &t = *execution.current;
  if (t.id == model::kMainThread) return false;
  partial::note_trace();
  auto *call = execution.memory.take_array<ExitCall>(1);
  *call = {destructor, object, t.exit_calls};
  t.exit_calls = call;
  return true;
}

namespace {

void report_cycle(void *, std::span<const detect::LockEdge> cycle) {
  auto &f = begin_finding(model::Rule::lock_order);
  f.confirmed = false;
  for (const detect::LockEdge &e : cycle) {
    model::Party &p = add_party(f, e.thread, Op::mutex_lock, stack_of_site(e.wanted.site));
    p.object = e.wanted.lock;
    p.hold_count = 1;
    p.holds[0] = {e.held.lock, stack_of_site(e.held.site)};
  }
  std::snprintf(f.message, sizeof f.message, "%zu locks are taken in orders that form a cycle", cycle.size());
  end_soft_finding(f);
}

}  // namespace

void end_checks() {
  if (execution.locks.has_dependencies()) {
    execution.locks.find_cycles(report_cycle, nullptr, 8);
    if (execution.locks.gave_up()) execution.notes |= campaign::kLockOrdersCut;
  }
  for (ThreadId i = 1; i < execution.thread_count; i++) {
    Thread &t = execution.threads[i];
    if (!t.ended) execution.notes |= campaign::kThreadsLeftBehind;
    // Who ends the program elsewhere than in main leaves nobody to join.
    if (t.joined || t.detached || execution.current->id != model::kMainThread) continue;
    auto &f = begin_finding(model::Rule::thread_leak);
    add_party(f, t.id, Op::thread_create, t.created_stack).hold_count = 0;
    std::snprintf(f.message, sizeof f.message, "a thread was neither joined nor detached");
    end_soft_finding(f);
  }
}

}  // namespace threads
}  // namespace interleave::runtime
