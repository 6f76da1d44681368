// What a visible operation of the runtime is to the graph engine.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/by_graph/graph_operations.h"

#include <cstdio>
#include <cstring>

#include "explore/graph/assumptions.h"
#include "explore/graph/notified.h"
#include "explore/graph/objects/condition.h"
#include "explore/graph/objects/mutex.h"
#include "explore/graph/objects/once.h"
#include "explore/graph/objects/rwlock.h"
#include "explore/graph/objects/semaphore.h"
#include "explore/graph/objects/waiters.h"
#include "runtime/atomics.h"
#include "runtime/by_graph/exhaustive.h"
#include "runtime/findings.h"
#include "runtime/process/server.h"

namespace interleave::runtime::exhaustive {
namespace {

namespace graph = explore::graph;
using graph::Kind;

constexpr ThreadId kMostWaitingThreads = 32, kMostLockingThreads = 48;   // objects/condition.h, objects/rwlock.h

// ---- names of locations ---------------------------------------------------------------------------------------------------
//
// An address is a function of the allocating thread's history, so it names a location in all executions, but for memory that
// is used again: the n-th life at an address has n in the upper bits.

struct Life {
  std::uint64_t address, execution;
  std::uint32_t count;
};
constexpr std::uint32_t kLives = 1 << 14;
Life lives[kLives];
std::uint64_t number_of_execution;

std::uint64_t name_of(objects::Object &o, const Thread &t) {
  if (o.graph.name != 0) return o.graph.name;
  const std::uint64_t first = (o.address >> 2) * 0x9e3779b97f4a7c15u >> 40;
  for (std::uint32_t i = 0; i < 64; i++) {
    Life &life = lives[(first + i) % kLives];
    if (life.execution != number_of_execution) life = {o.address, number_of_execution, 0};
    if (life.address != o.address) continue;
    return o.graph.name = (o.address & 0xffffffffffff) | std::uint64_t{life.count++} << 48;
  }
  refuse(t, "more than some ten thousand objects");
}

// ---- deadlines ----------------------------------------------------------------------------------------------------------------

bool is_past(const Operation &op) { return op.deadline_ns != 0 && op.deadline_ns <= execution.now_ns; }

// A wait with a deadline is a wait, a try where the deadline has passed before, or, where it passes first, a step that finds nothing.
template <class Step>
Step step_by(const Operation &op, Step wait, Step try_once, Step expire) {
  return is_past(op) ? try_once : op.expires ? expire : wait;
}

// ---- translation ------------------------------------------------------------------------------------------------------------

std::uint64_t memory_at(const Operation &op) {
  std::uint64_t value = 0;
  std::memcpy(&value, reinterpret_cast<const void *>(op.address), op.size);
  return value;
}

void translate_atomic(Thread &t, const Operation &op, graph::Operation &g) {
  if (op.size > 8 || op.size == 0) refuse(t, "atomic accesses of more than 8 bytes");
  objects::Object &o = *t.object;
  g.initial = memory_at(op);
  if (o.graph.name != 0 && o.graph.bytes != op.size) refuse(t, "accesses of different sizes to one atomic object");
  // A value that no atomic access wrote begins another life: an atomic object was constructed there.
  if (o.graph.name != 0 && o.graph.newest != g.initial) o.graph.name = 0;
  if (o.graph.name == 0) o.graph = {0, g.initial, op.size};
  g.location = name_of(o, t);
  g.bytes = op.size;
  g.order = op.order;
  g.failure_order = op.failure_order;
  g.operand = op.operand;
  if (op.finds != model::Finds::anything) {
    g.kind = Kind::await;
    g.operand = op.expected;
    g.predicate = op.finds == model::Finds::expected ? graph::Predicate::equal : graph::Predicate::not_equal;
    if (op.op == Op::atomic_cas) g.order = op.failure_order;
    return;
  }
  if (op.op == Op::atomic_load && atomics::is_waiter_count(op.address)) {     // an update by nothing: what it reads is the newest store
    forgo_recall();
    g.kind = Kind::rmw;
    g.function = graph::Function::add;
    g.order = Order::acq_rel;
    return;
  }
  switch (op.op) {
    case Op::atomic_load: g.kind = Kind::load; break;
    case Op::atomic_store: g.kind = Kind::store; break;
    case Op::atomic_cas:
      g.kind = Kind::cas;
      g.expected = op.expected;
      break;
    default:
      g.kind = Kind::rmw;
      g.function = op.update;
      break;
  }
}

void translate_object(std::uint64_t location, graph::Operation &g, const graph::ObjectModel &model, std::uint8_t step, Order order,
                      std::uint64_t state) {
  g.kind = Kind::object;
  g.object = &model;
  g.step = step;
  g.location = location;
  g.order = order;
  g.failure_order = Order::relaxed;      // a failed try orders nothing
  g.initial = state;
}

void translate_mutex(Thread &t, graph::Operation &g, graph::MutexStep step, Order order) {
  translate_object(name_of(*t.object, t), g, graph::kMutex, static_cast<std::uint8_t>(step), order, graph::state_of(t.object->mutex));
}

void translate_rwlock(Thread &t, graph::Operation &g, graph::RwlockStep step, Order order) {
  if (t.place >= kMostLockingThreads) refuse(t, "rwlocks of more than 48 threads");
  forgo_recall();            // the engine orders readers, which the detector rightly does not
  translate_object(name_of(*t.object, t), g, graph::kRwlock, static_cast<std::uint8_t>(step), order, graph::state_of(t.object->rwlock));
}

void translate_condition(Thread &t, graph::Operation &g, graph::ConditionStep step) {
  if (t.place >= kMostWaitingThreads) refuse(t, "condition variables of more than 32 threads");
  const graph::ObjectModel &model = t.pending.order == Order::relaxed ? graph::kCondition : graph::kWaiters;
  translate_object(name_of(*t.object, t), g, model, static_cast<std::uint8_t>(step), t.pending.order, 0);
}

// A wait that expires, or is over by itself, leaves the waiters unless it was notified first; one whose moment has passed in any case.
graph::ConditionStep step_of_wake(const Operation &op) {
  if (is_past(op)) return graph::ConditionStep::leave;
  return op.expires ? graph::ConditionStep::expire : graph::ConditionStep::wake;
}

void translate_futex(Thread &t, graph::Operation &g, graph::ConditionStep step) {
  if (t.place >= kMostWaitingThreads) refuse(t, "atomic waits of more than 32 threads");
  forgo_recall();            // what joining the waiters acquires is no happens-before
  translate_object(graph::queue_at(t.pending.address), g, graph::kWaiters, static_cast<std::uint8_t>(step), t.pending.order, 0);
}

void translate_notify(Thread &t, graph::Operation &g) {
  const Operation &op = t.pending;
  graph::Assumptions &assumptions = *server::strategy().assumptions();
  const bool all = op.operand >= INT32_MAX, one = op.operand == 1;
  if (!assumptions.is_raw(op.address)) {
    assumptions.add_notify(op.address, all);
    begin_anew_if_broken();
    if (assumptions.waits_are_notified()) {
      g.kind = Kind::choose;
      g.operand = 1;
      g.location = graph::queue_at(op.address);
      return;
    }
  }
  if (!all && !one) refuse(t, "a futex that wakes several waiters but not all");
  translate_futex(t, g, one ? graph::ConditionStep::notify_one : graph::ConditionStep::notify_all);
}

// See explore/graph/operation.h.
void translate_arrival(Thread &t, graph::Operation &g) {
  g.location = name_of(*t.object, t);
  g.expected = t.object->barrier.needed;
  if (server::strategy().assumptions()->barriers_are_full()) {
    g.kind = Kind::arrive;
    g.operand = t.object->barrier.round;
    return;
  }
  forgo_recall();            // the count is nowhere in memory
  g.kind = Kind::rmw;
  g.function = graph::Function::add;
  g.operand = 1;
  g.order = Order::relaxed;
}

void translate_semaphore(Thread &t, graph::Operation &g, graph::SemaphoreStep step, Order order) {
  forgo_recall();            // its count may have been set by a thread
  translate_object(name_of(*t.object, t), g, graph::kSemaphore, static_cast<std::uint8_t>(step), order, t.object->semaphore.count);
}

// A flag that was finished or begun before there were other threads.
std::uint64_t state_of(const objects::Once &once) {
  const std::uint64_t runner = once.state == objects::Once::State::running ? once.runner : 0;
  return runner << 8 | static_cast<std::uint64_t>(once.state);
}

void translate_once(Thread &t, graph::Operation &g, graph::OnceStep step, Order order) {
  translate_object(name_of(*t.object, t), g, graph::kOnce, static_cast<std::uint8_t>(step), order, state_of(t.object->once));
  g.failure_order = order;               // who finds it done only reads, and comes after what was done
  g.operand = t.pending.operand;
}

const char *words_for(Op op) {
  switch (model::object_kind(op)) {
    case ObjectKind::memory: return "--on-race continue";
    default: return "an operation";
  }
}

}  // namespace

void refuse(const Thread &t, const char *what) {
char text[200];
  std::snprintf(text, sizeof text, "--strategy exhaustive does not model %s yet; --strategy bounded does", what);
  server::refuse(text);
  auto &f = begin_finding(model::Rule::uncontrolled);
  add_party(f, t.id, t.pending.op, stack_here(t.pending.pc));
  std::snprintf(f.message, sizeof f.message, "%s", text);
  end_execution(campaign::Ending::finding);
}

void begin_anew_if_broken() {
  if (server::strategy().assumptions()->is_broken()) end_execution(campaign::Ending::blocked);
}

void begin_names() { number_of_execution++; }

void translate(Thread &t, graph::Operation &g) {
  using graph::MutexStep, graph::OnceStep, graph::RwlockStep, graph::SemaphoreStep;
  const Operation &op = t.pending;
  constexpr Order kAcquire = Order::acquire, kRelease = Order::release;
  switch (op.op) {
    case Op::atomic_load:
    case Op::atomic_store:
    case Op::atomic_rmw:
    case Op::atomic_cas: return translate_atomic(t, op, g);
    case Op::atomic_fence:
      g.kind = Kind::fence;
      g.order = op.order;
      return;
    case Op::mutex_lock: return translate_mutex(t, g, MutexStep::lock, kAcquire);
    case Op::mutex_try_lock: return translate_mutex(t, g, MutexStep::try_lock, kAcquire);
    case Op::mutex_timed_lock:
      return translate_mutex(t, g, step_by(op, MutexStep::lock, MutexStep::try_lock, MutexStep::expire), kAcquire);
    case Op::mutex_unlock: return translate_mutex(t, g, MutexStep::unlock, kRelease);
    case Op::rwlock_lock: return translate_rwlock(t, g, RwlockStep::lock, kAcquire);
    case Op::rwlock_try_lock: return translate_rwlock(t, g, RwlockStep::try_lock, kAcquire);
    case Op::rwlock_lock_shared: return translate_rwlock(t, g, RwlockStep::lock_shared, kAcquire);
    case Op::rwlock_try_lock_shared: return translate_rwlock(t, g, RwlockStep::try_lock_shared, kAcquire);
    case Op::rwlock_timed_lock:
      return translate_rwlock(t, g, step_by(op, RwlockStep::lock, RwlockStep::try_lock, RwlockStep::expire), kAcquire);
    case Op::rwlock_timed_lock_shared:
      return translate_rwlock(
          t, g, step_by(op, RwlockStep::lock_shared, RwlockStep::try_lock_shared, RwlockStep::expire_shared), kAcquire);
    case Op::rwlock_unlock: return translate_rwlock(t, g, RwlockStep::unlock, kRelease);
    case Op::semaphore_wait: return translate_semaphore(t, g, SemaphoreStep::wait, kAcquire);
    case Op::semaphore_try_wait: return translate_semaphore(t, g, SemaphoreStep::try_wait, kAcquire);
    case Op::semaphore_timed_wait:
      return translate_semaphore(t, g, step_by(op, SemaphoreStep::wait, SemaphoreStep::try_wait, SemaphoreStep::expire), kAcquire);
    case Op::semaphore_post: return translate_semaphore(t, g, SemaphoreStep::post, kRelease);
    case Op::condition_wait: return translate_condition(t, g, graph::ConditionStep::wait);
    case Op::condition_wake: return translate_condition(t, g, step_of_wake(op));
    case Op::condition_notify_one: return translate_condition(t, g, graph::ConditionStep::notify_one);
    case Op::condition_notify_all: return translate_condition(t, g, graph::ConditionStep::notify_all);
    case Op::futex_wait:
      if (op.finds != model::Finds::anything) return translate_atomic(t, op, g);
      return translate_futex(t, g, graph::ConditionStep::wait);
    case Op::futex_wake: return translate_futex(t, g, graph::ConditionStep::wake);
    case Op::futex_notify: return translate_notify(t, g);
    case Op::barrier_arrive: return translate_arrival(t, g);
    case Op::barrier_leave:
      g.kind = Kind::gather;
      g.location = name_of(*t.object, t);
      g.operand = op.operand;
      g.expected = t.object->barrier.needed;
      return;
    case Op::once_begin: return translate_once(t, g, OnceStep::enter, kAcquire);
    case Op::once_end: return translate_once(t, g, OnceStep::leave, kRelease);
    case Op::thread_create:
      g.kind = Kind::create;
      g.operand = op.operand;
      return;
    case Op::thread_join:
      g.kind = Kind::join;
      g.operand = execution.threads[op.operand].place;
      return;
    case Op::thread_end: g.kind = Kind::finish; return;
    case Op::choose:
      g.kind = Kind::choose;
      g.operand = op.operand;
      return;
    case Op::program_exit: return;          // waits until nobody else can go on: no event
    default: refuse(t, words_for(op.op));
  }
}

}  // namespace interleave::runtime::exhaustive
