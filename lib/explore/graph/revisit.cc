// Alternatives of the newest event: other stores to read, other places in the modification order, older reads to revisit.
// SPDX-License-Identifier: Apache-2.0
//
// Everything that is still to be tried is read off the graph itself, newest event first: a read that reads a store may next read the
// store before it in modification order; a store may next go one place down, after it has been given to each older read.
#include <algorithm>

#include "explore/graph/explorer.h"

namespace interleave::explore::graph {

Explorer::Step Explorer::advance() {
  const EventId id = current().newest();
  const Event &e = current().at(id);
  if (e.is_write) return advance_store(id);
  if (e.is_read) return advance_read(id);
  if (e.op.kind == Kind::choose && e.choice + 1 < e.op.operand) {
    Event &choice = current().at(id);
    choice.value = ++choice.choice;
    current().take_back_notes(id);
    estimate_.take(depth_, place_of(id), 1);
    return Step::leaf;
  }
  return Step::exhausted;
}

Explorer::Step Explorer::advance_read(EventId id) {
  Graph &g = current();
  const LocationIndex l = g.at(id).location;
  for (;;) {
    const EventId source = g.at(id).rf;
    if (source == kInit || is_floor(id, source)) return Step::exhausted;
    const EventId older = g.at(source).co_previous;
    g.unlink_read(id);
    g.link_read(id, older);
    read_from(id, older);
    g.renew_clocks(id);
    if (is_read_blocked(id) || !may_read_since(id, older) || !is_consistent(id)) continue;
    const bool is_taken = g.at(id).is_rmw && g.consumer(l, older, id) != kNone;
    if (g.at(id).is_rmw) {
      const EventId write = append_write_part(id);
      if (!is_taken && !is_consistent(write)) {
        g.pop();
        continue;
      }
    }
    estimate_.take(depth_, place_of(id), 1);
    if (g.at(id).is_rmw) divide_store(g.newest(), is_taken ? 0 : 1);
    return is_taken ? Step::again : Step::leaf;  // two operations on one store: only to revisit the other one
  }
}

Explorer::Step Explorer::advance_store(EventId id) {
  if (revisit_next(id)) return Step::leaf;
  Graph &g = current();
  if (g.at(id).is_rmw) {
    const EventId read = EventId::of(id.thread(), id.index() - 1);
    Event &e = g.at(id);
    if (e.choice + 1 >= evaluate(e.op, id.thread(), g.at(read).value, 0).choices) return Step::exhausted;
    e.choice++;
    g.take_back_notes(id);
    e.value = evaluate(e.op, id.thread(), g.at(read).value, e.choice).value;
    e.walk = e.stamp;
    const bool is_taken = g.consumer(e.location, g.at(read).rf, read) != kNone;
    estimate_.take(depth_, place_of(id), is_taken ? 0 : 1);
    return is_taken ? Step::again : Step::leaf;
  }
  while (move_back(id)) {
    if (!is_consistent(id)) continue;
    g.at(id).walk = g.at(id).stamp;
    estimate_.take(depth_, place_of(id), 1);
    return Step::leaf;
  }
  return Step::exhausted;
}

// Moves a store down in the modification order to the next place that coherence and atomicity allow.
bool Explorer::move_back(EventId id) {
  Graph &g = current();
  EventId after = g.at(id).co_previous;
  for (;;) {
    if (after == kInit || is_floor(id, after)) return false;
    const bool splits = g.at(after).is_rmw;          // it would come between the operation and the store it read
    after = g.at(after).co_previous;
    if (!splits) break;
  }
  g.unlink_store(id);
  g.link_store(id, after);
  g.renew_clocks(id);
  return true;
}

// Must e, the newest event, come after `store` (not the initial value) in its location's order?
bool Explorer::is_floor(EventId e, EventId store) {
  const Graph &g = current();
  const Time *clock = g.order_clock(g.previous(e));
  if (Graph::knows(clock, store)) return true;
  if (model_ == Model::sc) {
    if (!g.has_back_edges()) return false;
    clock_.assign(clock, clock + g.stride());
    g.close(clock_.data());
    return Graph::knows(clock_.data(), store);
  }
  for (EventId r = g.at(store).first_reader; r != kNone; r = g.at(r).next_reader) {
    if (Graph::knows(clock, r)) return true;
  }
  return false;
}

// Coherence holds by the choice of what is read and where a store goes; what is left is psc, which what comes last in the order of its
// location cannot break.
bool Explorer::is_consistent(EventId id) {
  if (model_ == Model::sc) return true;
  const Graph &g = current();
  const Event &e = g.at(id);
  const EventId next = e.is_write ? e.co_next : g.co_next(e.location, e.rf);
  return next == kNone || psc_.is_acyclic(g, id);
}

// Was e added in the default way, as seen by the revisitor w: what it reads, or itself, is the last store of what was there
// or leads to w?
bool Explorer::is_maximal(EventId id, EventId w, const Time *prefix) const {
  const Graph &g = graph();
  const Event &e = g.at(id);
  if (e.choice != 0) return false;
  if (!e.is_read && !e.is_write) return true;
  const auto is_before = [&](EventId x) { return g.at(x).stamp <= e.stamp || Graph::knows(prefix, x); };
  EventId source = e.rf;
  if (e.is_write) {
    source = id;
    if (e.has_stopped) return false;
    for (EventId r = e.first_reader; r != kNone; r = g.at(r).next_reader) {
      if (is_before(r)) return false;
    }
  }
  if (source != kInit && !is_before(source)) return false;
  for (EventId x = g.co_next(e.location, source); x != kNone; x = g.at(x).co_next) {
    if (x != w && is_before(x)) return false;
  }
  return true;
}

// Is there a read that does not lead to w?
bool Explorer::has_target(EventId w) const {
  const Graph &g = graph();
  const Time *prefix = g.porf_clock(w);
  const LocationIndex l = g.at(w).location;
  std::uint32_t left = g.reader_count(l);
  for (EventId store = g.last_store(l); left != 0;) {
    for (EventId r = g.first_reader(l, store); r != kNone; r = g.at(r).next_reader, left--) {
      if (!Graph::knows(prefix, r)) return true;
    }
    if (store == kInit) break;
    store = g.at(store).co_previous;
  }
  return false;
}

// Gives w to the next older read that it may revisit; true: the graph that results is the current one.
bool Explorer::revisit_next(EventId w) {
  const Graph &g = current();
  const LocationIndex l = g.at(w).location;
  if (g.at(w).walk == 0) return false;
  if (!has_target(w)) {
    current().at(w).walk = 0;
    return false;
  }
  const Time *prefix = g.porf_clock(w);
  EventId rival = kNone;           // the other operation that read the store that w's operation read
  if (g.at(w).is_rmw) {
    const EventId read = EventId::of(w.thread(), w.index() - 1);
    rival = g.consumer(l, g.at(read).rf, read);
    if (rival != kNone && Graph::knows(prefix, rival)) return false;
  }
  const EventId follower = g.at(w).is_rmw ? kNone : g.at(w).co_next;
  while (g.at(w).walk != 0) {
    const EventId id = g.by_stamp(--current().at(w).walk);
    if (Graph::knows(prefix, id)) continue;
    if (!is_maximal(id, w, prefix)) {
      current().at(w).walk = 0;    // an older read would remove this one too
      return false;
    }
    const Event &e = g.at(id);
    if (!e.is_read || e.location != l) continue;
    if (rival != kNone && e.stamp > g.at(rival).stamp) continue;
    // Its follower would be removed: the same graph comes from w's place behind it.
    if (follower != kNone && g.at(follower).stamp > e.stamp && !Graph::knows(prefix, follower)) continue;
    if (are_waiting_maximal(id, w) && make_revisit(id, w)) return true;
  }
  return false;
}

// Sets kept_: what stays when w is given to `read`.
void Explorer::keep_for(EventId read, EventId w) {
  const Graph &from = current();
  const Time *prefix = from.porf_clock(w);
  const std::uint32_t stamp = from.at(read).stamp;
  kept_.assign(from.thread_count(), 0);
  for (ThreadId t = 0; t < from.thread_count(); t++) {
    Time n = prefix[t];
    while (n < from.size(t) && from.at(EventId::of(t, n)).stamp <= stamp) n++;
    kept_[t] = n;
  }
}

bool Explorer::make_revisit(EventId read, EventId w) {
  const Graph &from = current();
  if (!may_read_since(read, w)) return false;
  const std::uint32_t stamp = from.at(read).stamp;
  const std::uint64_t place = place_of(w);
  keep_for(read, w);
  if (levels_.size() == depth_ + 1) levels_.emplace_back(model_, *memory_);
  Level &level = levels_[depth_ + 1];
  level.graph.assign_prefix(from, kept_, read);
  level.graph.link_read(read, w);
  level.revisited = read;
  depth_++;
  inherit_waiting(stamp);
  read_from(read, w);
  bool is_possible = may_read(level.graph, read, w);
  if (is_possible) {
    level.base = level.graph.event_count();
    if (model_ == Model::sc) {
      is_possible = level.graph.sort();
    } else {
      level.graph.compute_clocks(read);
      is_possible = is_consistent(read);
    }
  }
  const bool is_stopped = is_possible && is_read_blocked(read);      // then it leaves the graph
  if (is_stopped) is_possible = make_stop(read, w);
  EventId write = kNone;
  if (is_possible && !is_stopped && level.graph.at(read).is_rmw) {
    write = append_write_part(read);
    is_possible = is_consistent(write);
  }
  if (!is_possible) {
    depth_--;
    return false;
  }
  counts_.revisits++;
  estimate_.take(depth_ - 1, place, weight_of_removed(from, from.porf_clock(w), stamp, from.at(w).stamp, from.at(w).location));
  if (write != kNone) divide_store(write, 1);
  return true;
}

// Does coherence let `read`, the last of its thread, read w? (Under SC sort() tells.)
bool Explorer::may_read(const Graph &g, EventId read, EventId w) const {
  if (model_ == Model::sc) return true;
  const Time *clock = g.order_clock(g.previous(read));
  for (EventId x = g.at(w).co_next; x != kNone; x = g.at(x).co_next) {
    if (Graph::knows(clock, x)) return false;
    for (EventId r = g.at(x).first_reader; r != kNone; r = g.at(r).next_reader) {
      if (Graph::knows(clock, r)) return false;
    }
  }
  return true;
}

}  // namespace interleave::explore::graph
