// The walk on its own stack, and threads that answer to it.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/by_graph/partial.h"

#include <algorithm>

#include "explore/graph/explorer.h"
#include "explore/segments/recall.h"
#include "runtime/by_graph/exhaustive.h"
#include "runtime/by_graph/places.h"
#include "runtime/context.h"
#include "runtime/memory/allocator.h"
#include "runtime/process/server.h"
#include "runtime/process/traces.h"
#include "runtime/thread_base.h"
#include "runtime/threads.h"

namespace interleave::runtime::partial {

bool on;

namespace {

using explore::graph::EventId;
using explore::graph::Kind;

constexpr std::size_t kStackBytes = 256 << 10;
constexpr std::uint32_t kMostFreed = 8;

Carrier walker;
alignas(64) char stack[kStackBytes];

// How a thread calculates: rounding, and what was met. (fegetenv() is in another library.)
struct Calculation {
  std::uint32_t mxcsr = 0;
  std::uint16_t control = 0;

  void store() {
#if defined(__x86_64__)
    asm volatile("stmxcsr %0\n\tfnstcw %1" : "=m"(mxcsr), "=m"(control));
#endif
  }
  void load() const {
#if defined(__x86_64__)
    asm volatile("ldmxcsr %0\n\tfldcw %1" : : "m"(mxcsr), "m"(control));
#endif
  }
};

// All of this begins as it is, for afterwards the process is put back.

// By place: what has become of a thread.
struct Life {
  std::uint32_t done;                       // events of the graph that have happened to it
  bool stands_still;                        // before an operation
  bool has_left_trace;                      // in the C++ runtime's or the allocator's own memory
  std::uint32_t freed_count;
  std::uint64_t freed[kMostFreed];          // others' blocks
  Thread born;                              // what it was when it was created,
  explore::segments::History creator;       // its creator's history before that,
  Calculation calculation;                  // and how that one calculated
} lives[model::kMaxThreads];

// Of the thread that runs:
std::uint32_t wanted;       // how many events are to have happened to it when it stands still
bool goes_to_end;           // beyond Op::program_exit
bool has_exited;            // that was passed
bool has_given_up;

const explore::graph::Graph &graph() { return server::strategy().explorer()->graph(); }

void stop(Thread &t) {
  thread_base::borrow(&walker, t.carrier);           // it needs none of its own
  context::switch_to(t.carrier, &walker);
}

// What a creator has handed over, it may take back when it knows that the thread is done with it. Then it is too late to run the thread.
bool is_too_late(const Thread &t) {
  for (const Thread *v = &t; v->parent != model::kNoThread;) {
    v = &execution.threads[v->parent];
    const std::uint32_t n = std::min(lives[v->place].done, graph().size(v->place));
    if (n == 0) continue;
    const auto *clock = graph().happens_before_clock(EventId::of(v->place, n - 1));
    if (t.place < graph().stride() && clock[t.place] > lives[t.place].done) return true;
  }
  return false;
}

class Threads final : public explore::segments::Native {
 public:
  bool expects_untold() const override { return execution.campaign->settings.caution.expects_untold; }

  // All threads that the graph has are created.
  bool begin() override {
    if (has_begun_) return true;
    has_begun_ = true;
    for (ThreadId place = 1; place < graph().thread_count(); place++) {
      if (graph().is_created(place) && !create(place)) return false;
    }
    visible_ = execution.visible;
    const bool counts_rounds = execution.campaign->settings.loop_bound != 0;       // over all lives (rounds.h)
    may_begin_again_ = thread_base::can_renew() && !counts_rounds && traces::begin();
    if (may_begin_again_ || !expects_untold()) return true;
    server::strategy().forbid_partial();
    return false;
  }

  // The first time, all threads go through all that the graph has of them: also those of which everything is known, and that may leave
  // traces. If they do, there are no more partial executions.
  bool end() override {
    if (has_ended_ || !may_begin_again_) return true;
    has_ended_ = true;
    for (ThreadId place = 1; place < graph().thread_count(); place++) {
      const std::uint32_t size = graph().size(place);
      const bool has_finished = size != 0 && graph().at(EventId::of(place, size - 1)).op.kind == Kind::finish;
      if (graph().is_created(place)) run(place, size - has_finished, false);
    }
    if (traces::are_none()) return true;
    has_begun_again_ = false;
    server::strategy().forbid_partial();
    return false;
  }

  bool run(ThreadId place, std::uint32_t next, bool to_end) override {
    Thread *t = places::find(place);
    if (place == model::kMainThread && !may_run_main()) return false;
    if (!t || (!stands_in_graph(*t) && !begin_again(*t))) return false;
    const Life &life = lives[place];
    const bool has_news = to_end ? !has_exited : life.done < next || (life.done == next && !life.stands_still);
    return has_news && !is_too_late(*t) && !has_heard_more(*t, next) && go_on(*t, next, to_end);
  }

  std::uint32_t position_of(ThreadId place) const override { return lives[place].done; }

  // Called before the process is left.
  void check() {
    if (has_begun_again_) exhaustive::recorder->check(traces::are_none());
    has_begun_again_ = false;
  }

 private:
  // What it changes in memory is part of what the others find: no thread begins again afterwards.
  bool may_run_main() {
    if (expects_untold()) return false;
    check();
    may_begin_again_ = false;
    return true;
  }

  bool create(ThreadId place) {
    if (places::find(place)) return true;
    const EventId creation = graph().previous(EventId::of(place, 0));
    if (creation.thread() != model::kMainThread && !create(creation.thread())) return false;
    Thread *creator = places::find(creation.thread());
    return creator && go_on(*creator, creation.index() + 1, false) && places::find(place);
  }

  bool go_on(Thread &t, std::uint32_t next, bool to_end) {
    wanted = next;
    goes_to_end = to_end;
    execution.current = &t;
    if (!has_begun(t)) exhaustive::recorder->repeat(next != 0);
    context::switch_to(&walker, t.carrier);
    return !has_given_up && lives[t.place].done == next && exhaustive::recorder->keep();
  }

  static bool has_begun(const Thread &t) { return lives[t.place].done != 0 || lives[t.place].stands_still; }

  // The thread's history before its event n; 0: not known.
  static explore::segments::History tail_before(ThreadId place, std::uint32_t n) {
    return n != 0 ? graph().at(EventId::of(place, n - 1)).tail : graph().notes.birth(place);
  }

  // Has the thread done here what the present graph has of it?
  static bool follows_graph(ThreadId place) {
    const std::uint32_t n = lives[place].done;
    return n <= graph().size(place) && tail_before(place, n) == exhaustive::recorder->before(place);
  }

  // Is the thread where it is also in the present graph?
  static bool stands_in_graph(const Thread &t) {
    if (t.id != model::kMainThread && !is_as_born(t)) return false;
    return !has_begun(t) || follows_graph(t.place);
  }

  // Does the present graph create it as it was created?
  static bool is_as_born(const Thread &t) {
    const EventId creation = graph().previous(EventId::of(t.place, 0));
    return creation != explore::graph::kNone && tail_before(creation.thread(), creation.index()) == lives[t.place].creator;
  }

  bool begin_again(Thread &t) {
    Life &life = lives[t.place];
    const bool may = may_begin_again_ && t.id != model::kMainThread && t.created == 0 && !life.has_left_trace;
    if (!may || !is_as_born(t) || !exhaustive::recorder->may_begin_again(t.place)) return false;
    has_begun_again_ = true;
    exhaustive::recorder->begin_again(t.place);
    while (life.freed_count != 0) allocator::revive(life.freed[--life.freed_count]);
    Calculation mine;
    mine.store();
    life.calculation.load();                           // a new stack takes over what is in force
    threads::begin_again(t, life.born);
    mine.load();
    life.done = 0;
    life.stands_still = false;
    execution.visible = visible_;
    return true;
  }

  // Has it heard of what its creator, or the creator of that one, has not done here, or has done otherwise? Some of that may be what nobody tells.
  bool has_heard_more(const Thread &t, std::uint32_t next) const {
    if (next == 0 || !expects_untold()) return false;
    const auto *clock = graph().happens_before_clock(EventId::of(t.place, next - 1));
    for (const Thread *v = &t; v->parent != model::kNoThread;) {
      const EventId creation = graph().previous(EventId::of(v->place, 0));
      v = &execution.threads[v->parent];
      const std::uint32_t heard = clock[v->place];
      if (heard > lives[v->place].done) return true;
      if (heard > creation.index() + 1 && !follows_graph(v->place)) return true;
    }
    return false;
  }

  bool has_begun_ = false, may_begin_again_ = false, has_begun_again_ = false, has_ended_ = false;
  std::uint32_t visible_ = 0;
};

void walk(void *) {
  Threads threads;
  server::Next next;
  do {
    next = server::after_partial(server::strategy().skip(&threads));
  } while (next == server::Next::partial && !has_exited);
  threads.check();
  server::leave_partial(next);
}

bool is_answered_alone(Kind kind) {
  switch (kind) {
    case Kind::load:
    case Kind::store:
    case Kind::rmw:
    case Kind::cas:
    case Kind::fence:
    case Kind::choose:
    case Kind::create: return true;
    default: return false;
  }
}

// t's operation happens, as it did in the graph.
void replay(Thread &t) {
  Life &life = lives[t.place];
  const explore::graph::Event &event = graph().at(EventId::of(t.place, life.done));
  const explore::graph::Operation op = exhaustive::announced(t);
  if (!is_same(event.op, op) || !is_answered_alone(op.kind)) give_up();
  t.answer = server::strategy().explorer()->answer_of(t.place, life.done);
  life.done += event.is_read && event.is_rmw ? 2 : 1;
  exhaustive::recorder->repeat(life.done < wanted);
  exhaustive::recorder->happened(t.place, op, t.answer);
  t.changes += t.answer.changed || op.kind == Kind::create;
}

}  // namespace

void begin() {
  on = true;
  execution.campaign->execution.is_partial = true;
  context::begin_on(&walker, stack, kStackBytes, walk);
  thread_base::add_walker(&walker);
  stop(*execution.current);
}

void note_birth(const Thread &t) {
  lives[t.place].born = t;
  lives[t.place].calculation.store();
  lives[t.place].creator = exhaustive::recorder->before(execution.threads[t.parent].place);
}

void note_freed_here(std::uint64_t block) {
  Life &life = lives[execution.current->place];
  if (life.freed_count == kMostFreed) return note_trace_here();
  life.freed[life.freed_count++] = block;
}

void note_trace_here() { lives[execution.current->place].has_left_trace = true; }

std::uint32_t performed(ThreadId place) { return lives[place].done; }

void reach(Thread &t) {
  if (has_exited) give_up();                         // what comes then happens in no graph
  exhaustive::announce(t);
  check();
  const bool exits = exhaustive::announced(t).kind == Kind::none;
  Life &life = lives[t.place];
  const auto may_go_on = [&] { return exits ? goes_to_end : life.done < wanted; };
  life.stands_still = true;
  while (!may_go_on()) stop(t);
  life.stands_still = false;
  if (!exits) return replay(t);
  has_exited = true;
  exhaustive::recorder->begin_segment(t.place);
}

void check() {
  if (exhaustive::recorder->must_give_up()) give_up();
}

void give_up() {
  has_given_up = true;
  stop(*execution.current);
  __builtin_unreachable();
}

void end() {
  if (!has_exited) give_up();
  exhaustive::recorder->finish(execution.current->place);
  stop(*execution.current);
  __builtin_unreachable();
}

}  // namespace interleave::runtime::partial
