// Operations that wait: locks that are held, awaits whose predicate is false, loads that would be futile (futile_reads.h).
// SPDX-License-Identifier: Apache-2.0
//
// An operation whose guard is false for the newest store of its location is not in the graph. It has two ways to get there:
//
// * Another thread stores, and the guard holds: it is added like any other operation.
// * Nobody can go on. Then it is tried with the older stores for which its guard holds: where such a store has been
//   read by another operation (a lock), that one is revisited and comes later; otherwise (an await) it simply has read
//   an older value. The waiting operations are tried in turn, and while one is tried those before it in turn may only
//   read what is stored from then on: what was stored before is tried in their own turn. So no combination is met twice.
//
// A revisit can stop a read: a lock that had read "free" is given "held". The read then leaves the graph and waits.
// What it may read from then on are the stores that could have revisited it there, one after the other (follows());
// all others it reads elsewhere in the search. And the store that stopped it may not be removed by a revisit any
// more, as it could not if the read were still there.
//
// A deadlock of locks is thus one execution, and no execution ends with a lock waiting that is free. Awaits can end
// so (Ending::blocked): the newest store does not follow from the one that stopped the await.
#include "explore/graph/explorer.h"

namespace interleave::explore::graph {

// Nobody can go on, and t waits for op's guard.
void Explorer::wait(ThreadId t, const Operation &op) {
  Level &level = levels_[depth_];
  const Graph &g = level.graph;
  const LocationIndex l = locations_.index_of(op.location);
  const EventId newest = g.last_store(l);
  if (!is_blocked(op, t, g.value_of(l, newest))) ending_ = Ending::blocked;
  for (const Waiting &w : level.tried) {
    // What it waits for now does not follow from what stopped it: this execution is met elsewhere.
    if (w.thread == t && w.index == g.size(t) && w.stopped_by != kNone && !follows(newest, w)) ending_ = Ending::blocked;
  }
  level.untried.push_back({g.event_count(), t, g.size(t), kNone, op});
}

// Did t read in the round that it would repeat what the newest stores hold? Otherwise it would see something new in the next one.
bool Explorer::would_repeat(ThreadId t, const Operation &spin) const {
  const Graph &g = graph();
  for (auto i = static_cast<std::uint32_t>(spin.operand); i < g.size(t); i++) {
    const Event &e = g.at(EventId::of(t, i));
    if (e.is_read && e.value != g.value_of(e.location, g.last_store(e.location))) return false;
  }
  return true;
}

// Would the read that was stopped have been revisited by one store after the other, to this one at last? Each must be
// caused by the last store that the next one, or the read, was caused by.
bool Explorer::follows(EventId store, const Waiting &w) const {
  const Graph &g = graph();
  if (store == kInit) return false;
  if (w.op.kind == Kind::object) return Graph::knows(g.porf_clock(store), w.stopped_by);     // a chain of read-modify-writes
  while (store != w.stopped_by) {
    const Time *clock = g.porf_clock(store);
    EventId before = g.last_store(g.at(store).location);
    while (before != kInit && (before == store || (!Graph::knows(clock, before) && g.at(before).stamp >= w.stamp)))
      before = g.at(before).co_previous;
    if (before == kInit || g.at(before).stamp < w.stamp) return false;
    store = before;
  }
  return true;
}

// A revisit of `read` by w makes the operations that were stopped after it start anew. Would each of them, were it in the graph, read
// the last store of what leads to w or was there before it? That is what is_maximal() asks of an event.
bool Explorer::are_waiting_maximal(EventId read, EventId w) const {
  const Graph &g = graph();
  const Time *prefix = g.porf_clock(w);
  for (const Waiting &waiting : levels_[depth_].tried) {
    if (waiting.stopped_by == kNone || waiting.op.kind == Kind::object || waiting.stamp <= g.at(read).stamp) continue;
    EventId last = g.last_store(g.at(waiting.stopped_by).location);
    while (last != kInit && (last == w || (g.at(last).stamp >= waiting.stamp && !Graph::knows(prefix, last))))
      last = g.at(last).co_previous;
    if (!follows(last, waiting)) return false;
  }
  return true;
}

// May the read, which has waited perhaps, read the store?
bool Explorer::may_read_since(EventId read, EventId store) const {
  const Level &level = levels_[depth_];
  const auto allows = [&](const Waiting &w) {
    if (w.thread != read.thread() || w.index != read.index()) return true;
    if (store == kInit) return false;
    if (w.stopped_by != kNone) return follows(store, w);
    return level.graph.at(store).stamp >= w.stamp;
  };
  for (const Waiting &w : level.tried) {
    if (!allows(w)) return false;
  }
  for (const Waiting &w : level.untried) {
    if (!allows(w)) return false;
  }
  return true;
}

// Adds an operation that waited, reading an older store; exhausted: there is none.
Explorer::Step Explorer::try_waiting() {
  Level &level = levels_[depth_];
  const Waiting waiting = level.untried.back();
  level.untried.pop_back();
  const LocationIndex l = locations_.index_of(waiting.op.location);
  const EventId read = append_read(waiting.thread, waiting.op, level.graph.last_store(l));
  estimate_.take(depth_, place_of_waiting(waiting.stamp), 1);
  divide_read(read, 0);
  return advance_read(read);
}

// The current level, made by a revisit of the read with that stamp in the level below, has the operations that waited before.
void Explorer::inherit_waiting(std::uint32_t stamp) {
  Level &level = levels_[depth_];
  const Level &below = levels_[depth_ - 1];
  level.tried.clear();
  level.untried.clear();
  const auto inherit = [&](const Waiting &w) {
    if (w.stamp <= stamp && w.index <= level.graph.size(w.thread)) level.tried.push_back(w);
  };
  for (const Waiting &w : below.tried) inherit(w);
  for (const Waiting &w : below.untried) inherit(w);
}

// The read of the current level, a revisit with w, is blocked: takes it out.
bool Explorer::make_stop(EventId read, EventId w) {
  Level &level = levels_[depth_];
  if (level.graph.at(w).co_next != kNone) return false;      // nothing could let it go on
  const std::uint32_t stamp = level.graph.at(read).stamp;
  const Operation op = level.graph.at(read).op;
  kept_[read.thread()] = read.index();
  level.graph.assign_prefix(levels_[depth_ - 1].graph, kept_, kNone);
  if (model_ == Model::sc && !level.graph.sort()) return false;
  level.base = level.graph.event_count();
  level.revisited = kNone;
  level.graph.at(w).has_stopped = true;
  level.tried.push_back({stamp, read.thread(), read.index(), w, op});
  return true;
}

}  // namespace interleave::explore::graph
