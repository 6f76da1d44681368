// The walk on its own stack, and threads that answer to it.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/by_graph/partial.h"

#include "explore/graph/explorer.h"
#include "explore/segments/recall.h"
#include "runtime/by_graph/exhaustive.h"
#include "runtime/by_graph/places.h"
#include "runtime/context.h"
#include "runtime/process/server.h"
#include "runtime/thread_base.h"

namespace interleave::runtime::partial {

bool on;

namespace {

using explore::graph::EventId;
using explore::graph::Kind;

constexpr std::size_t kStackBytes = 256 << 10;

Carrier walker;
alignas(64) char stack[kStackBytes];

// All of this begins as it is, for afterwards the process is put back.

// By place.
std::uint32_t done[model::kMaxThreads];            // events of the graph that have happened to it
bool stands_still[model::kMaxThreads];             // before an operation

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
    const auto *clock = graph().happens_before_clock(EventId::of(v->place, done[v->place] - 1));
    if (t.place < graph().stride() && clock[t.place] > done[t.place]) return true;
  }
  return false;
}

class Threads final : public explore::segments::Native {
 public:
  bool run(ThreadId place, std::uint32_t next, bool to_end) override {
    Thread *found = places::find(place);
    if (!found && !(found = create(place))) return false;
    Thread &t = *found;
    const bool has_news = to_end ? !has_exited : done[place] < next || (done[place] == next && !stands_still[place]);
    if (!has_news || is_too_late(t)) return false;
    wanted = next;
    goes_to_end = to_end;
    execution.current = &t;
    context::switch_to(&walker, t.carrier);
    return !has_given_up && done[place] == next && exhaustive::recorder->keep();
  }
  std::uint32_t position_of(ThreadId place) const override { return done[place]; }

 private:
  Thread *create(ThreadId place) {
    const EventId creation = graph().previous(EventId::of(place, 0));
    if (creation == explore::graph::kNone || !run(creation.thread(), creation.index() + 1, false)) return nullptr;
    return places::find(place);
  }
};

void walk(void *) {
  Threads threads;
  const explore::Skip skip = server::strategy().skip(&threads);
  server::leave_partial(skip);
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
  const ThreadId place = t.place;
  const explore::graph::Explorer &engine = *server::strategy().explorer();
  const explore::graph::Event &event = graph().at(EventId::of(place, done[place]));
  const explore::graph::Operation op = exhaustive::announced(t);
  if (!is_same(event.op, op) || !is_answered_alone(op.kind)) give_up();
  t.answer = engine.answer_of(place, done[place]);
  done[place] += event.is_read && event.is_rmw ? 2 : 1;
  exhaustive::recorder->happened(place, op, t.answer);
  t.changes += t.answer.changed || op.kind == Kind::create;
}

}  // namespace

void begin() {
  on = true;
  execution.campaign->execution.is_partial = true;
  context::begin_on(&walker, stack, kStackBytes, walk);
  stop(*execution.current);
}

std::uint32_t performed(ThreadId place) { return done[place]; }

void reach(Thread &t) {
  if (has_exited) give_up();                         // what comes then happens in no graph
  exhaustive::announce(t);
  check();
  const bool exits = exhaustive::announced(t).kind == Kind::none;
  const auto may_go_on = [&] { return exits ? goes_to_end : done[t.place] < wanted; };
  stands_still[t.place] = true;
  while (!may_go_on()) stop(t);
  stands_still[t.place] = false;
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
