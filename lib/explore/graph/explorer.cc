// One execution forwards: what the graph has is replayed, then events are added in the default way.
// SPDX-License-Identifier: Apache-2.0
#include "explore/graph/explorer.h"

#include <algorithm>

#include "support/check.h"

namespace interleave::explore::graph {

Explorer::Explorer(Model model, std::pmr::memory_resource &memory)
    : model_(model), memory_(&memory), levels_(&memory), locations_(memory), psc_(memory), replayed_(&memory), stuck_(&memory),
      kept_(&memory), clock_(&memory), names_(&memory), estimate_(memory) {
  levels_.emplace_back(model_, *memory_);
}

bool Explorer::begin() {
  if (is_at_leaf_) {
    is_at_leaf_ = false;
  } else {
    for (Step step = Step::again; step != Step::leaf;) {
      const Level &level = levels_[depth_];
      const std::uint32_t count = level.graph.event_count();
      if (!level.untried.empty() && level.untried.back().stamp == count) {
        estimate_.go_back_to(depth_, place_of_waiting(count));
        step = try_waiting();
      } else if (count != level.base) {
        estimate_.go_back_to(depth_, place_of(level.graph.newest()));
        step = advance();
      } else {
        if (depth_ == lowest_) {
          estimate_.exhaust();
          return false;
        }
        depth_--;
        continue;
      }
      if (step == Step::exhausted) current().pop();
    }
  }
  was_stuck_ = false;
  leaf_count_ = graph().event_count();
  start();
  return true;
}

void Explorer::rewind() {
  Level &level = levels_[depth_];
  while (!level.untried.empty() && level.untried.back().stamp == level.graph.event_count()) {    // will wait again
    level.untried.pop_back();
    was_stuck_ = true;
  }
  start();
}

void Explorer::start() {
  replayed_.assign(std::max<ThreadId>(current().thread_count(), 1), 0);
  left_ = 0;
  for (ThreadId t = 0; t < current().thread_count(); t++) left_ += current().size(t);
  last_ = 0;
  trying_ = kNobody;
  ending_ = Ending::running;
}

// Has what the thread's next event of the graph depends on happened?
bool Explorer::can_replay(ThreadId t) const {
  if (!is_replaying(t)) return false;
  const Event &e = graph().at(EventId::of(t, replayed_[t]));
  if (e.op.kind == Kind::gather) return are_gathered(e.op);
  if (!e.is_read && e.op.kind != Kind::join) return true;
  return e.rf == kInit || e.rf.index() < replayed_[e.rf.thread()];
}

// Have all the arrivals happened that the gather waits for?
bool Explorer::are_gathered(const Operation &gather) const {
  std::uint64_t count = 0;
  graph().for_each_arrival(gather, [&](EventId arrival) { count += has_happened(arrival); });
  return count >= gather.expected;
}

bool Explorer::has_happened(EventId e) const { return e == kInit || e.index() < replayed_[e.thread()]; }

// Would the thread's next event, which can be replayed, find the store it reads the newest one so far, and a store be the newest?
bool Explorer::is_in_order(ThreadId t) const {
  const Graph &g = graph();
  const EventId id = EventId::of(t, replayed_[t]);
  const Event &e = g.at(id);
  EventId before;                         // the store that it reads, or follows in modification order
  if (e.is_read) before = e.rf;
  else if (e.is_write) before = e.co_previous;
  else return true;
  if (!has_happened(before)) return false;
  const EventId own = !e.is_read ? id : e.is_rmw ? EventId::of(t, id.index() + 1) : kNone;
  for (EventId after = g.co_next(e.location, before); after != kNone; after = g.co_next(e.location, after)) {
    if (after != own && has_happened(after)) return false;
  }
  if (!e.is_write && !e.is_rmw) return true;
  for (EventId r = g.first_reader(e.location, before); r != kNone; r = g.at(r).next_reader) {
    if (r != id && !has_happened(r)) return false;
  }
  return true;
}

// Reads-from order is enough for a replay. Among such orders one in which every read finds the newest store is taken
// where there is one, as always under SC: then the program's memory is what a processor's would be.
ThreadId Explorer::next_replayed(std::span<const Operation> pending) {
  const auto count = static_cast<ThreadId>(pending.size());
  ThreadId possible = kNobody;
  for (ThreadId i = 0; i < count; i++) {
    const ThreadId t = last_ + i < count ? last_ + i : last_ + i - count;
    if (pending[t].kind == Kind::none || !can_replay(t)) continue;
    if (is_in_order(t)) return last_ = t;
    if (possible == kNobody) possible = t;
  }
  return last_ = possible == kNobody ? last_ : possible, possible;
}

ThreadId Explorer::next(std::span<const Operation> pending) {
  if (ending_ == Ending::nondeterminism) return kNobody;
  if (replayed_.size() < pending.size()) replayed_.resize(pending.size(), 0);
  if (left_ != 0) {
    const ThreadId t = next_replayed(pending);
    if (t != kNobody) return t;
    for (ThreadId u = 0; u < replayed_.size(); u++) {
      if (is_replaying(u)) diverge(EventId::of(u, replayed_[u]));
    }
    return kNobody;
  }
  if (is_trying()) {
    take_back_trial();
    return kNobody;
  }
  for (ThreadId t = 0; t < pending.size(); t++) {
    if (pending[t].kind != Kind::none && can_perform(t, pending[t])) return t;
  }
  for (ThreadId t = 0; t < pending.size(); t++) {
    if (pending[t].kind == Kind::pause) return t;
  }
  if ((trying_ = find_trial(pending)) != kNobody) {
    stuck_.assign(pending.begin(), pending.end());
    return trying_;
  }
  end_stuck(pending);
  return kNobody;
}

// Is the operation enabled, and may it read the newest store of its location?
bool Explorer::can_perform(ThreadId t, const Operation &op) {
  Graph &g = current();
  if (op.kind == Kind::join) return g.finish_of(static_cast<ThreadId>(op.operand)) != kNone;
  if (op.kind == Kind::gather) return are_gathered(op);
  if (op.kind == Kind::spin || op.kind == Kind::cut || op.kind == Kind::pause) return false;
  if (!is_guarded(op)) return true;
  const LocationIndex l = locations_.index_of(op.location);
  g.mention(l, op.initial);
  const EventId newest = g.last_store(l);
  const bool is_enabled = !is_blocked(op, t, g.value_of(l, newest)) || is_audited(op);
  return is_enabled && may_read_since(EventId::of(t, g.size(t)), newest);
}

void Explorer::end_stuck(std::span<const Operation> pending) {
  ending_ = Ending::complete;
  std::uint32_t waiting = 0;
  bool is_cut = false, is_unfair = false;
  for (ThreadId t = 0; t < pending.size(); t++) {
    const Operation &op = pending[t];
    if (op.kind == Kind::none) continue;
    if (ending_ == Ending::complete) ending_ = Ending::deadlock;
    is_cut |= op.kind == Kind::cut;
    is_unfair |= op.kind == Kind::spin && !would_repeat(t, op);
    if (op.kind == Kind::join || op.kind == Kind::gather || op.kind == Kind::spin || op.kind == Kind::cut) continue;
    wait(t, op);
    waiting++;
  }
  if (is_unfair) ending_ = Ending::blocked;
  if (is_cut && ending_ == Ending::deadlock) ending_ = Ending::cut;
  if (!was_stuck_) estimate_.divide(depth_, place_of_waiting(graph().event_count()), 1, waiting);
}

Answer Explorer::perform(ThreadId t, const Operation &op) {
  if (is_replaying(t)) return replay(t, op);
  CHECK(left_ == 0, "an operation was added before the graph was replayed");
  const std::uint32_t index = replayed_[t];
  add(t, op);
  return answer_of(t, index);
}

void Explorer::take_up() {
  for (ThreadId t = 0; t < current().thread_count(); t++) replayed_[t] = current().size(t);
  left_ = 0;
}

std::uint64_t Explorer::add(ThreadId t, const Operation &op) {
  if (is_trying()) append_read(t, op, graph().last_store(locations_.index_of(op.location)));
  else append(t, op);
  const std::uint32_t index = replayed_[t];
  replayed_[t] = current().size(t);
  return value_answered(EventId::of(t, index));
}

std::uint64_t Explorer::value_answered(EventId id) const {
  const Event &e = graph().at(id);
  if (!e.is_read || e.op.kind != Kind::object) return e.value;
  return evaluate(e.op, id.thread(), e.value, e.is_rmw ? graph().at(EventId::of(id.thread(), id.index() + 1)).choice : 0).result;
}

Answer Explorer::replay(ThreadId t, const Operation &op) {
  const EventId id = EventId::of(t, replayed_[t]);
  const Event &e = current().at(id);
  if (!is_same(e.op, op)) {
    diverge(id);
    return {};
  }
  const std::uint32_t events = e.is_rmw ? 2 : 1;
  replayed_[t] += events;
  left_ -= events;
  return answer_of(t, id.index());
}

void Explorer::diverge(EventId e) {
  if (ending_ != Ending::nondeterminism) divergence_ = e;
  ending_ = Ending::nondeterminism;
}

Answer Explorer::answer_of(ThreadId t, std::uint32_t index) const {
  const Graph &g = graph();
  const auto name = [](EventId e) { return e == kInit ? StoreName{} : StoreName{e.thread(), e.index()}; };
  const Event &e = g.at(EventId::of(t, index));
  Answer answer;
  answer.value = value_answered(EventId::of(t, index));
  if (e.is_read) {
    answer.source = name(e.rf);
    if (e.is_rmw) {
      answer.stored = g.at(EventId::of(t, index + 1)).value;
      answer.wrote = true;
      answer.changed = answer.stored != e.value;
      answer.store = {t, index + 1};
    }
  } else if (e.is_write) {
    answer.stored = e.value;
    answer.wrote = answer.changed = true;
    answer.store = {t, index};
  }
  if (touches_location(e.op.kind)) {
    const EventId from = e.is_rmw && e.is_read ? EventId::of(t, index + 1) : e.is_write ? EventId::of(t, index) : e.rf;
    for (EventId after = g.co_next(e.location, from); after != kNone; after = g.co_next(e.location, after))
      answer.newer += has_happened(after);
  }
  return answer;
}

void Explorer::append(ThreadId t, const Operation &op) {
  Graph &g = current();
  Event e;
  e.op = op;
  e.order = op.order;
  if (touches_location(op.kind)) {
    e.location = locations_.index_of(op.location);
    g.mention(e.location, op.initial);
    if (op.kind != Kind::store) {
      const EventId read = append_read(t, op, g.last_store(e.location));
      divide_read(read, 1);
      if (g.at(read).is_rmw) divide_store(append_write_part(read), 1);
      return;
    }
    e.is_write = true;
    e.value = evaluate(op, t, 0, 0).value;
  } else if (op.kind == Kind::join) {
    e.rf = g.finish_of(static_cast<ThreadId>(op.operand));
    CHECK(e.rf != kNone, "a thread was joined that has not ended");
  }
  const EventId id = g.push(t, e);
  if (e.is_write) {
    g.link_store(id, g.last_store(e.location));
    g.at(id).walk = g.at(id).stamp;
  }
  g.compute_clocks(id);
  if (e.is_write) divide_store(id, 1);
  if (op.kind == Kind::choose) estimate_.divide(depth_, place_of(id), 1, static_cast<double>(op.operand) - 1);
}

EventId Explorer::append_read(ThreadId t, const Operation &op, EventId source) {
  Event e;
  e.op = op;
  e.location = locations_.index_of(op.location);
  e.is_read = true;
  Graph &g = current();
  const EventId id = g.push(t, e);
  g.link_read(id, source);
  read_from(id, source);
  g.compute_clocks(id);
  return id;
}

// Sets what follows from the value that the read, linked to source, now has.
void Explorer::read_from(EventId read, EventId source) {
  Graph &g = current();
  g.take_back_notes(read);
  Event &e = g.at(read);
  const Effect effect = evaluate(e.op, read.thread(), g.value_of(e.location, source), 0);
  e.value = g.value_of(e.location, source);
  e.is_rmw = effect.writes && !effect.blocked;
  const bool failed = !e.is_rmw && (e.op.kind == Kind::cas || e.op.kind == Kind::object);
  g.set_order(read, failed ? e.op.failure_order : e.op.order);
}

// Adds the write part of a read part, right after the store that was read.
EventId Explorer::append_write_part(EventId read) {
  Graph &g = current();
  const Event &r = g.at(read);
  Event e;
  e.op = r.op;
  e.location = r.location;
  e.order = r.op.order;
  e.is_write = e.is_rmw = true;
  e.value = evaluate(r.op, read.thread(), r.value, 0).value;
  const EventId source = r.rf;
  const EventId id = g.push(read.thread(), e);
  g.link_store(id, source);
  g.at(id).walk = g.at(id).stamp;
  g.compute_clocks(id);
  return id;
}

Ending Explorer::end() {
  if (is_trying()) {         // and the driver has ended it: what was tried goes on
    current().pop();
    trying_ = kNobody;
    end_stuck(stuck_);
    ending_ = Ending::running;
  }
  switch (ending_) {
    case Ending::complete: counts_.complete++; break;
    case Ending::deadlock: counts_.deadlocks++; break;
    case Ending::blocked: counts_.blocked++; break;
    case Ending::cut: counts_.cut++; break;
    default: counts_.unfinished++; break;
  }
  estimate_.finish();
  return ending_;
}

}  // namespace interleave::explore::graph
