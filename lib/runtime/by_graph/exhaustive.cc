// What the engine is told and tells, loops that only look, and the ends of executions that only the engine knows.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/by_graph/exhaustive.h"

#include <algorithm>
#include <cstdio>
#include <iterator>

#include "explore/graph/assumptions.h"
#include "runtime/atomics.h"
#include "runtime/by_graph/caller_state.h"
#include "runtime/by_graph/graph_operations.h"
#include "runtime/by_graph/places.h"
#include "runtime/by_graph/pure_loops.h"
#include "runtime/by_graph/result_used.h"
#include "runtime/by_graph/rounds.h"
#include "runtime/context.h"
#include "runtime/findings.h"
#include "runtime/instrumented.h"
#include "runtime/memory/allocator.h"
#include "runtime/process/server.h"
#include "runtime/record.h"
#include "runtime/scheduler.h"
#include "runtime/threads.h"
#include "runtime/together.h"
#include "support/check.h"

namespace interleave::runtime::exhaustive {

explore::segments::Recorder *recorder;

namespace {

namespace graph = explore::graph;
using graph::Kind;

using explore::segments::Recorder;

graph::Explorer *engine;          // null: not in charge
// By place, as all that the engine is told of threads (places.h).
graph::Operation pending[model::kMaxThreads];
ThreadId place_count;             // 1 + the last place that has a thread in this execution
std::uint64_t number_of_execution;
std::uint32_t loop_bound;         // most rounds of a loop; 0: no bound

// ---- loops that only look ---------------------------------------------------------------------------------------------------

bool may_be_round(Op op) {
  switch (op) {
    case Op::atomic_load:
    case Op::atomic_cas:
    case Op::atomic_rmw:
    case Op::mutex_try_lock:
    case Op::rwlock_try_lock:
    case Op::rwlock_try_lock_shared:
    case Op::semaphore_try_wait: return true;
    default: return false;
  }
}

// What t does next, having come back to the state it was in at its event `since`.
void wait_in_loop(const Thread &t, std::uint32_t since) {
  pending[t.place].kind = Kind::spin;
  pending[t.place].operand = since;
}

// Would t go round a loop again that only waits? Where the graph has another round, that was seen otherwise before: an atomic object on the thread's
// own stack, which others change, is a part of its state.
bool is_round(Thread &t, std::uint32_t performed, std::uint32_t *since) {
  if (!may_be_round(t.pending.op) || !pure_loops::at_round(t, performed, since)) return false;
  return partial::is_on() || !engine->is_replaying(t.place);
}

// Of a thread that can go on no more: a load that waits would be such a round.
bool spins(const Thread &t) { return !t.ended && (pending[t.place].kind == Kind::spin || pending[t.place].kind == Kind::load); }

// ---- loops without end --------------------------------------------------------------------------------------------------------
//
// A loop that waits, and of which no round can be cut because each changes something (a private counter, a lock that is taken to look),
// makes the search endless: there is one more execution for each round more. It shows in an operation that reads one and the same store
// again and again, or in an attempt that fails again and again (one that gives back what it holds, and begins with the other lock).

constexpr std::uint32_t kMostAlike = 200;      // executions up to there take a second or so

struct Reading {
  std::uint64_t execution, pc, location;
  graph::StoreName source;
  std::uint32_t rounds;
};
struct Readings {
  Reading ring[16];                            // a loop that reads at more places than this goes on until the steps are used up
  std::uint32_t next;
} readings[model::kMaxThreads];

bool is_failed_try(const Thread &t) {
  return model::object_kind(t.pending.op) != ObjectKind::atomic && !t.answer.wrote;
}

void note_reading(const Thread &t) {
  Readings &mine = readings[t.id];
  const Reading now{number_of_execution, t.pending.pc, pending[t.place].location, t.answer.source, 1};
  for (Reading &r : mine.ring) {
    if (r.execution != now.execution || r.pc != now.pc) continue;
    const bool is_alike = is_failed_try(t) || (r.location == now.location && r.source == now.source);
    r.rounds = is_alike ? r.rounds + 1 : 1;
    r.location = now.location;
    r.source = now.source;
    if (r.rounds == kMostAlike) end_endless(t, r.rounds);
    return;
  }
  mine.ring[mine.next++ % std::size(mine.ring)] = now;
}

bool any_spins() { return std::any_of(execution.threads, execution.threads + execution.thread_count, spins); }

bool is_timed(const Thread &t) { return t.pending.deadline_ns != 0 && !t.pending.expires; }

// Does it wait where only a timeout beyond its budget would end the wait?
bool needs_timeout(const Thread &t) { return is_timed(t) && t.timeouts_used >= execution.budgets.timeouts; }

// Does somebody wait who need not: for a notify or a lock although its deadline will pass, for the chance to fail, or for a value in an
// atomic wait? Each has alternatives, and the search comes to them. `exits`: the program ends and leaves those who sleep behind.
bool may_go_on(bool exits) {
  bool may = false;
  for (ThreadId i = 0; i < execution.thread_count; i++) {
    const Thread &t = execution.threads[i];
    if (t.ended) continue;
    const bool waits = t.pending.op == Op::futex_wait && t.pending.finds == model::Finds::other;
    graph::Assumptions &assumptions = *server::strategy().assumptions();
    if (waits && assumptions.waits_are_notified() && !assumptions.is_raw(t.pending.address)) {
      if (exits) continue;
      assumptions.break_waits();
    }
    if (!exits && needs_timeout(t)) assumptions.cut_timeouts();
    may |= t.pending.finds != model::Finds::anything || t.pending.expires || (is_timed(t) && !exits);
  }
  return may;
}

// What is cut may be so because somebody who waits could expire no more.
void note_cut_timeouts() {
  for (ThreadId i = 0; i < execution.thread_count; i++) {
    if (!execution.threads[i].ended && needs_timeout(execution.threads[i])) server::strategy().assumptions()->cut_timeouts();
  }
}

[[noreturn]] void end_spinning() {
  auto &f = begin_finding(model::Rule::livelock);
  add_all(f, spins);
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

// The part of t's stack that the program does not use any more when it has come to its next operation.
explore::segments::DeadStack dead_stack_of(const Thread &t) {
  const auto low = reinterpret_cast<std::uint64_t>(t.carrier->stack_low), high = reinterpret_cast<std::uint64_t>(t.carrier->stack_high);
  const bool has_ended = t.pending.op == Op::thread_end || (t.pending.op == Op::program_exit && t.pending.operand != kBodyEnds);
  const std::uint64_t in_use = has_ended ? high : stack_in_use;
  stack_in_use = 0;
  return {low, in_use < low || in_use > high ? low : in_use};
}

// t would go round a loop again. If all that it did in the last round was a load, that was futile: the engine then begins the execution again,
// unless it keeps the read (explore/graph/futile_reads.h).
bool was_futile(const Thread &t, std::uint32_t performed, const explore::segments::DeadStack &dead_stack) {
  const auto since = static_cast<std::uint32_t>(pending[t.place].operand);
  if (t.pending.op != Op::atomic_load || since + 1 != performed) return false;
  if (engine->graph().at(graph::EventId::of(t.place, since)).op.kind != Kind::load) return false;
  if (partial::is_on()) partial::give_up();
  if (!recorder->come_back(t.place, dead_stack)) return false;
  if (engine->come_back(t.place, recorder->before(t.place))) end_execution(campaign::Ending::blocked);
  return true;
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
  const char *why = heap_has_moved() ? "the body leaves memory allocated, so that addresses differ" : "something outside our control decides";
  std::snprintf(f.message, sizeof f.message, "thread %u did another operation after the same reads (its operation %u): %s", t.id,
                e.index() + 1, why);
  end_execution(campaign::Ending::finding);
}

// Nobody can go on. The thread that ends the program or the body does, alone from here on, unless that is a finding.
Thread &end_of_graph() {
  Thread *ends = thread_at_exit();
  switch (engine->ending()) {
    case graph::Ending::nondeterminism: end_diverged();
    case graph::Ending::again:
    case graph::Ending::blocked: end_execution(campaign::Ending::blocked);
    case graph::Ending::cut:
      note_cut_timeouts();
      end_execution(campaign::Ending::cut);
    case graph::Ending::deadlock:
      if (may_go_on(ends != nullptr) || together::holds_up_others()) end_execution(campaign::Ending::blocked);
      if (ends) break;
      if (any_spins()) end_spinning();
      end_stuck();
    default: break;
  }
  engine = nullptr;
  interleave_wants_caller = 0;
  Thread &last = ends ? *ends : execution.threads[model::kMainThread];
  if (recorder) recorder->begin_segment(last.place);
  return last;
}

}  // namespace

bool is_searching() { return engine != nullptr; }

const graph::Operation &announced(const Thread &t) { return pending[t.place]; }

void begin() {
  const campaign::Settings &settings = execution.campaign->settings;
  if (!settings.by_graph || execution.by_graph) return;
  threads::enter_worker();
  execution.by_graph = true;
  execution.now_ns = std::max<std::uint64_t>(execution.now_ns, 1);      // stands still from here on: threads have clocks of their own
  engine = server::strategy().explorer();
  interleave_wants_caller = engine != nullptr;
  number_of_execution++;
  begin_names();
  place_count = 1;
  loop_bound = settings.loop_bound;
  pure_loops::begin_execution();
  rounds::begin_execution();
  recorder = server::strategy().recorder();
  if (context::is_os()) recorder = nullptr;            // each worker has stacks of its own, and cells on them are gone with it
  if (!recorder) return;
  begin_of_new = {reinterpret_cast<std::uint64_t>(__builtin_frame_address(0)), heap_top()};
  recorder->begin(owner_of);
  if (!recorder->is_on()) recorder = nullptr;
  if (recorder && server::can_go_back() && server::strategy().may_run_partially()) partial::begin();
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
  if (t.pending.op == Op::thread_yield) {              // of a long computation (memory/access.cc)
    pending[t.place].kind = Kind::pause;
    if (recorder) recorder->turn_off();                // segments of two threads would be mixed
    return;
  }
  const std::uint32_t performed = partial::is_on() ? partial::performed(t.place) : engine->performed(t.place);
  std::uint32_t since;
  if (is_round(t, performed, &since)) wait_in_loop(t, since);
  else if (loop_bound != 0 && rounds::come_to(t) > loop_bound) pending[t.place].kind = Kind::cut;
  else translate(t, pending[t.place]);
  interleave_caller.rsp = 0;
  if (!recorder) return;
  const explore::segments::DeadStack dead_stack = dead_stack_of(t);
  const ObjectKind kind = model::object_kind(t.pending.op);
  if (kind != ObjectKind::thread && kind != ObjectKind::program && !is_instrumented(t.pending.pc)) recorder->turn_off();
  if (pending[t.place].kind == Kind::none) return recorder->announce_exit(t.place, dead_stack);
  if (pending[t.place].kind == Kind::spin && was_futile(t, performed, dead_stack)) return;
  recorder->announce(t.place, pending[t.place], left_for_join(t), dead_stack);
  if (pending[t.place].kind == Kind::load) pending[t.place].operand = recorder->before(t.place);
}

bool may_sleep(std::uint64_t address) {
  if (!is_searching()) return true;
  graph::Assumptions &assumptions = *server::strategy().assumptions();
  assumptions.add_wait(address, execution.current->place);
  begin_anew_if_broken();
  return !assumptions.waits_are_notified();
}

void note_futex(std::uint64_t address, bool wakes_any) {
  if (!is_searching()) return;
  if (!wakes_any) refuse(*execution.current, "futexes with bit sets");
  server::strategy().assumptions()->add_raw(address);
  begin_anew_if_broken();
}

void note_arrival(objects::Barrier &barrier, std::uint64_t pc) {
  if (!is_searching()) return;
  graph::Assumptions &assumptions = *server::strategy().assumptions();
  barrier.users.add(execution.current->place);
  if (barrier.users.size() > barrier.needed || is_result_used(pc)) assumptions.break_barriers();
  begin_anew_if_broken();
}

Thread &next() {
  for (ThreadId i = 0; i < execution.thread_count; i++)
    if (execution.threads[i].ended) pending[execution.threads[i].place].kind = Kind::none;
  const ThreadId place = engine->next({pending, place_count});
  return place == graph::kNobody ? end_of_graph() : *places::find(place);
}

bool sees_older_state() {
  if (!execution.by_graph || execution.memory_model == campaign::MemoryModel::sc) return false;
  constexpr std::uint32_t kNewestOrOlder[] = {0, 1};
  return ask(model::ChoiceKind::store, kNewestOrOlder, 2) == 1;
}

void end_endless(const Thread &t, std::uint32_t rounds) {
  dump_modules();
  execution.campaign->loop = {t.id, t.pending.op, calls_here_kept(t.pending.pc), rounds};
  end_execution(campaign::Ending::endless);
}

namespace {

bool reads_memory(Op op) { return model::object_kind(op) == ObjectKind::atomic || op == Op::futex_wait; }

}  // namespace

std::uint32_t answer_to(model::ChoiceKind kind) {
  const graph::Answer &answer = execution.current->answer;
  switch (kind) {
    case model::ChoiceKind::store:
      if (reads_memory(execution.current->pending.op)) return answer.newer;
      return answer.wrote ? 0 : 1;
    case model::ChoiceKind::position: return answer.newer;
    case model::ChoiceKind::waiter: return places::find(static_cast<ThreadId>(answer.value) - 1)->id;
    case model::ChoiceKind::user:
    case model::ChoiceKind::timeout:
    case model::ChoiceKind::spurious:
    case model::ChoiceKind::weak_fail:
    case model::ChoiceKind::blocks: return static_cast<std::uint32_t>(answer.value);
    default: CHECK(false, "a question that the graph engine cannot answer");
  }
  __builtin_unreachable();
}

void perform(Thread &t) {
  const Kind kind = pending[t.place].kind;
  if (kind == Kind::pause) pending[t.place].kind = Kind::none;
  if (pending[t.place].kind == Kind::none) return;
  t.answer = engine->perform(t.place, pending[t.place]);
  if (recorder) recorder->happened(t.place, pending[t.place], t.answer);
  pending[t.place].kind = Kind::none;
  if (engine->ending() == graph::Ending::nondeterminism) end_diverged();
  if (loop_bound == 0 && may_be_round(t.pending.op)) note_reading(t);
  t.changes += t.answer.changed || kind == Kind::create || kind == Kind::arrive;
  // A notify or a wait is of an atomic's waiters, not of its value.
  if (t.object && kind != Kind::object && t.answer.wrote && t.answer.newer == 0) t.object->graph.newest = t.answer.stored;
}

}  // namespace interleave::runtime::exhaustive
