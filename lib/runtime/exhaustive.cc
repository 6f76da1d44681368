// Translating operations, and the ends of executions that only the engine knows.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/exhaustive.h"

#include <cstdio>
#include <cstring>

#include "explore/graph/objects/condition.h"
#include "explore/graph/objects/mutex.h"
#include "explore/graph/objects/once.h"
#include "explore/graph/objects/rwlock.h"
#include "explore/graph/objects/semaphore.h"
#include "runtime/allocator.h"
#include "runtime/atomics.h"
#include "runtime/context.h"
#include "runtime/caller_state.h"
#include "runtime/findings.h"
#include "runtime/places.h"
#include "runtime/instrumented.h"
#include "runtime/pure_loops.h"
#include "runtime/scheduler.h"
#include "runtime/server.h"
#include "support/check.h"

namespace interleave::runtime::exhaustive {
namespace {

namespace graph = explore::graph;
using graph::Kind;

constexpr ThreadId kMostWaitingThreads = 32, kMostLockingThreads = 48;   // objects/condition.h, objects/rwlock.h

using explore::segments::Recorder;

graph::Explorer *engine;          // null: not in charge
// By place, as all that the engine is told of threads (places.h).
graph::Operation pending[model::kMaxThreads];
ThreadId place_count;             // 1 + the last place that has a thread in this execution

// What the engine cannot do is no finding about the program: the driver says it in one sentence and stops.
[[noreturn]] void refuse(const Thread &t, const char *what) {
  char text[200];
  std::snprintf(text, sizeof text, "--strategy exhaustive does not model %s yet; --strategy bounded does", what);
  server::refuse(text);
  auto &f = begin_finding(model::Rule::uncontrolled);
  add_party(f, t.id, t.pending.op, stack_here(t.pending.pc));
  std::snprintf(f.message, sizeof f.message, "%s", text);
  end_execution(campaign::Ending::finding);
}

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

void translate_object(Thread &t, graph::Operation &g, const graph::ObjectModel &model, std::uint8_t step, Order order,
                      std::uint64_t state) {
  g.kind = Kind::object;
  g.object = &model;
  g.step = step;
  g.location = name_of(*t.object, t);
  g.order = order;
  g.failure_order = Order::relaxed;      // a failed try orders nothing
  g.initial = state;
}

void translate_mutex(Thread &t, graph::Operation &g, graph::MutexStep step, Order order) {
  translate_object(t, g, graph::kMutex, static_cast<std::uint8_t>(step), order, graph::state_of(t.object->mutex));
}

void translate_rwlock(Thread &t, graph::Operation &g, graph::RwlockStep step, Order order) {
  if (t.place >= kMostLockingThreads) refuse(t, "rwlocks of more than 48 threads");
  forgo_recall();            // the engine orders readers, which the detector rightly does not
  translate_object(t, g, graph::kRwlock, static_cast<std::uint8_t>(step), order, graph::state_of(t.object->rwlock));
}

void translate_condition(Thread &t, graph::Operation &g, graph::ConditionStep step) {
  if (t.place >= kMostWaitingThreads) refuse(t, "condition variables of more than 32 threads");
  if (t.pending.deadline_ns != 0) refuse(t, "timed waits");
  translate_object(t, g, graph::kCondition, static_cast<std::uint8_t>(step), Order::relaxed, 0);
}

void translate_semaphore(Thread &t, graph::Operation &g, graph::SemaphoreStep step, Order order) {
  forgo_recall();            // its count may have been set by a thread
  translate_object(t, g, graph::kSemaphore, static_cast<std::uint8_t>(step), order, t.object->semaphore.count);
}

// A flag that was finished or begun before there were other threads.
std::uint64_t state_of(const objects::Once &once) {
  const std::uint64_t runner = once.state == objects::Once::State::running ? once.runner : 0;
  return runner << 8 | static_cast<std::uint64_t>(once.state);
}

void translate_once(Thread &t, graph::Operation &g, graph::OnceStep step, Order order) {
  translate_object(t, g, graph::kOnce, static_cast<std::uint8_t>(step), order, state_of(t.object->once));
  g.operand = t.pending.operand;
}

const char *words_for(Op op) {
  switch (model::object_kind(op)) {
    case ObjectKind::futex: return "futexes (std::latch, std::future, atomic waits of a library)";
    case ObjectKind::barrier: return "barriers";
    case ObjectKind::memory: return "--on-race continue";
    default: return "timed locks";
  }
}

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
    case Op::mutex_unlock: return translate_mutex(t, g, MutexStep::unlock, kRelease);
    case Op::rwlock_lock: return translate_rwlock(t, g, RwlockStep::lock, kAcquire);
    case Op::rwlock_try_lock: return translate_rwlock(t, g, RwlockStep::try_lock, kAcquire);
    case Op::rwlock_lock_shared: return translate_rwlock(t, g, RwlockStep::lock_shared, kAcquire);
    case Op::rwlock_try_lock_shared: return translate_rwlock(t, g, RwlockStep::try_lock_shared, kAcquire);
    case Op::rwlock_unlock: return translate_rwlock(t, g, RwlockStep::unlock, kRelease);
    case Op::semaphore_wait: return translate_semaphore(t, g, SemaphoreStep::wait, kAcquire);
    case Op::semaphore_try_wait: return translate_semaphore(t, g, SemaphoreStep::try_wait, kAcquire);
    case Op::semaphore_post: return translate_semaphore(t, g, SemaphoreStep::post, kRelease);
    case Op::condition_wait: return translate_condition(t, g, graph::ConditionStep::wait);
    case Op::condition_wake: return translate_condition(t, g, graph::ConditionStep::wake);
    case Op::condition_notify_one: return translate_condition(t, g, graph::ConditionStep::notify_one);
    case Op::condition_notify_all: return translate_condition(t, g, graph::ConditionStep::notify_all);
    case Op::once_begin: return translate_once(t, g, OnceStep::enter, kAcquire);
    case Op::once_end: return translate_once(t, g, OnceStep::leave, kRelease);
    case Op::thread_create:
      g.kind = Kind::create;
      g.operand = op.operand;
      return;
    case Op::thread_join:
      if (op.deadline_ns != 0) refuse(t, "timed joins");
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

// ---- loops that only look ---------------------------------------------------------------------------------------------------

// A thread that came back to the state it was in at its event `since` waits for ever, as far as this execution goes.
struct Waiting {
  std::uint64_t execution;
  std::uint32_t since;
} waiting[model::kMaxThreads];

graph::ObjectStep blocked_step(std::uint64_t, std::uint8_t, ThreadId, std::uint64_t, std::uint32_t) { return {.blocked = true}; }
constexpr graph::ObjectModel kPureLoop{"pure loop", blocked_step};

void wait_in_loop(Thread &t, std::uint32_t since) {
  waiting[t.id] = {number_of_execution, since};
  graph::Operation g;
  g.kind = Kind::object;
  g.object = &kPureLoop;
  g.location = std::uint64_t{1} << 63 | t.place;
  pending[t.place] = g;
}

bool waits_in_loop(const Thread &t) { return !t.ended && waiting[t.id].execution == number_of_execution; }

// Did the thread read in its last round what the newest stores hold? Otherwise it would see something new in the next one.
bool is_up_to_date(const Thread &t) {
  const graph::Graph &g = engine->graph();
  for (std::uint32_t i = waiting[t.id].since; i < g.size(t.place); i++) {
    const graph::Event &e = g.at(graph::EventId::of(t.place, i));
    if (e.is_read && e.value != g.value_of(e.location, g.last_store(e.location))) return false;
  }
  return true;
}

// All that can never go on: is it a real end, and if so, do they spin, or wait for the end of one that does?
bool is_real_end(bool *all_spin) {
  bool any_spins = false, any_blocked = false;
  for (ThreadId i = 0; i < execution.thread_count; i++) {
    const Thread &t = execution.threads[i];
    if (t.ended) continue;
    const bool spins = waits_in_loop(t);
    if (spins && !is_up_to_date(t)) return false;
    any_spins |= spins;
    any_blocked |= !spins && t.pending.op != Op::thread_join && t.pending.op != Op::program_exit;
  }
  *all_spin = any_spins && !any_blocked;
  return true;
}

[[noreturn]] void end_spinning() {
  auto &f = begin_finding(model::Rule::livelock);
  for (ThreadId i = 0; i < execution.thread_count; i++) {
    const Thread &t = execution.threads[i];
    if (!t.ended) add_party(f, t.id, t.pending.op, stack_of_site(t.pending.pc)).address = t.pending.address;
  }
  std::snprintf(f.message, sizeof f.message, "a loop waits for what nobody will do");
  end_execution(campaign::Ending::finding);
}

// ---- recording ------------------------------------------------------------------------------------------------------------

// Memory that did not exist when the first thread was created: the main thread's frames since then, what it allocated, and all
// stacks and allocations of other threads.
struct Limits {
  std::uint64_t stack, heap;
} begin_of_new;

ThreadId owner_of(std::uint64_t address) {
  if (heap_contains(address)) return address < begin_of_new.heap ? model::kNoThread : heap_owner(address);
  for (ThreadId i = 0; i < execution.thread_count; i++) {
    const Carrier &c = *execution.threads[i].carrier;
    const auto low = reinterpret_cast<std::uint64_t>(c.stack_low);
    const auto high = i == model::kMainThread ? begin_of_new.stack : reinterpret_cast<std::uint64_t>(c.stack_high);
    if (address - low < high - low) return execution.threads[i].place;
  }
  return model::kNoThread;
}

// What a thread leaves to the one that joins it.
std::uint64_t left_for_join(const Thread &t) {
  if (pending[t.place].kind != Kind::finish) return 0;
  return explore::segments::after(reinterpret_cast<std::uint64_t>(t.result), t.slept_ns);
}

// ---- ends ---------------------------------------------------------------------------------------------------------------

[[noreturn]] void end_diverged() {
  if (server::strategy().recorder() && server::strategy().recorder()->blames_itself()) end_execution(campaign::Ending::blocked);
  const graph::EventId e = engine->divergence();
  const Thread *came = places::find(e.thread());
  const Thread &t = came ? *came : execution.threads[model::kMainThread];     // it was not created this time
  auto &f = begin_finding(model::Rule::nondeterminism);
  add_party(f, t.id, t.pending.op, stack_here(t.pending.pc));
  std::snprintf(f.message, sizeof f.message,
                "thread %u did another operation after the same reads (its operation %u): something outside our control decides",
                t.id, e.index() + 1);
  end_execution(campaign::Ending::finding);
}

// Nobody can go on. The thread that ends the program or the body does, alone from here on, unless that is a finding.
Thread &end_of_graph() {
  Thread *ends = thread_at_exit();
  switch (engine->ending()) {
    case graph::Ending::nondeterminism: end_diverged();
    case graph::Ending::blocked: end_execution(campaign::Ending::blocked);
    case graph::Ending::deadlock: {
      bool all_spin;
      if (!is_real_end(&all_spin)) end_execution(campaign::Ending::blocked);
      if (ends) break;
      if (all_spin) end_spinning();
      end_stuck();
    }
    default: break;
  }
  engine = nullptr;
  interleave_wants_caller = 0;
  return ends ? *ends : execution.threads[model::kMainThread];
}

}  // namespace

Recorder *recorder;

bool is_searching() { return engine != nullptr; }

void begin() {
  const campaign::Settings &settings = execution.campaign->settings;
  if (!settings.by_graph || execution.by_graph) return;
  if (!server::is_worker() && !context::is_os()) context::prepare(settings.carriers);
  server::enter_worker();
  execution.by_graph = true;
  execution.budgets = {0, 0, 0, 0};         // timeouts, spurious wake-ups and failures: not explored, and the verdict says so
  engine = server::strategy().explorer();
  interleave_wants_caller = engine != nullptr;
  number_of_execution++;
  place_count = 1;
  pure_loops::begin_execution();
  recorder = server::strategy().recorder();
  if (!recorder) return;
  begin_of_new = {reinterpret_cast<std::uint64_t>(__builtin_frame_address(0)), heap_top()};
  recorder->begin(owner_of);
  if (!recorder->is_on()) recorder = nullptr;
}

void begin_execution() {
  execution.by_graph = false;
  interleave_wants_caller = 0;
  engine = nullptr;
  recorder = nullptr;
}

void reach_create(ThreadId place, std::uint64_t pc) {
  reach(Operation{.op = Op::thread_create, .object = place, .operand = place, .pc = pc});
  if (!is_searching()) return;
  for (; place_count <= place; place_count++) pending[place_count] = {};
}

void announce(Thread &t) {
  pending[t.place] = {};
  const bool may_wait = t.pending.op == Op::atomic_load || t.pending.op == Op::atomic_cas || t.pending.op == Op::atomic_rmw;
  std::uint32_t since;
  if (t.pending.op == Op::thread_yield) wait_in_loop(t, engine->performed(t.place));
  else if (may_wait && pure_loops::at_round(t, engine->performed(t.place), &since)) wait_in_loop(t, since);
  else translate(t, pending[t.place]);
  if (!recorder) return;
  const ObjectKind kind = model::object_kind(t.pending.op);
  if (kind != ObjectKind::thread && kind != ObjectKind::program && !is_instrumented(t.pending.pc)) recorder->turn_off();
  if (pending[t.place].kind == Kind::none) return recorder->announce_exit(t.place);
  recorder->announce(t.place, pending[t.place], left_for_join(t));
}

Thread &next() {
  for (ThreadId i = 0; i < execution.thread_count; i++)
    if (execution.threads[i].ended) pending[execution.threads[i].place].kind = Kind::none;
  const ThreadId place = engine->next({pending, place_count});
  return place == graph::kNobody ? end_of_graph() : *places::find(place);
}

std::uint32_t answer_to(model::ChoiceKind kind) {
  const graph::Answer &answer = execution.current->answer;
  switch (kind) {
    case model::ChoiceKind::store:
    case model::ChoiceKind::position: return answer.newer;
    case model::ChoiceKind::waiter: return places::find(static_cast<ThreadId>(answer.value) - 1)->id;
    case model::ChoiceKind::user: return static_cast<std::uint32_t>(answer.value);
    default: CHECK(false, "a question that the graph engine cannot answer");
  }
  __builtin_unreachable();
}

void perform(Thread &t) {
  if (pending[t.place].kind == Kind::none) return;
  t.answer = engine->perform(t.place, pending[t.place]);
  if (recorder) recorder->happened(t.place, pending[t.place], t.answer);
  pending[t.place].kind = Kind::none;
  if (engine->ending() == graph::Ending::nondeterminism) end_diverged();
  if (t.object && t.answer.wrote && t.answer.newer == 0) t.object->graph.newest = t.answer.stored;
}

}  // namespace interleave::runtime::exhaustive
