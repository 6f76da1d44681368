// psc between two events, and the search for a cycle.
// SPDX-License-Identifier: Apache-2.0
#include "explore/graph/psc.h"

namespace interleave::explore::graph {
namespace {

bool is_fence(const Event &e) { return e.op.kind == Kind::fence; }

bool hb(const Graph &g, EventId a, EventId b) { return a != b && Graph::knows(g.order_clock(b), a); }
bool hb_or_same(const Graph &g, EventId a, EventId b) { return Graph::knows(g.order_clock(b), a); }

bool are_in_po(EventId a, EventId b) { return a.thread() == b.thread() && a.index() < b.index(); }

// The event next to e in program order; kNone.
EventId po_next(const Graph &g, EventId e) {
  return e.index() + 1 < g.size(e.thread()) ? EventId::of(e.thread(), e.index() + 1) : kNone;
}

// Calls f for the accesses of a location in their order: each store, then its readers; true as soon as f is.
template <typename F>
bool any_access(const Graph &g, LocationIndex l, EventId from, F f) {
  for (EventId w = from; w != kNone; w = g.co_next(l, w)) {
    if (w != kInit && f(w)) return true;
    for (EventId r = g.first_reader(l, w); r != kNone; r = g.at(r).next_reader) {
      if (f(r)) return true;
    }
  }
  return false;
}

// co | fr from an access to stores of its location; true as soon as f is.
template <typename F>
bool any_later_store(const Graph &g, EventId a, F f) {
  const Event &e = g.at(a);
  EventId w = e.is_write ? e.co_next : g.co_next(e.location, e.rf);
  for (; w != kNone; w = g.at(w).co_next) {
    if (f(w)) return true;
  }
  return false;
}

bool access_to_access(const Graph &g, EventId a, EventId b) {
  if (are_in_po(a, b)) return true;
  if (g.at(a).location == g.at(b).location) {
    if (hb(g, a, b)) return true;
    if (g.at(b).is_write && any_later_store(g, a, [&](EventId w) { return w == b; })) return true;
  }
  const EventId u = po_next(g, a), v = g.previous(b);      // of a thread's first event: its create
  return u != kNone && v != kNone && hb_or_same(g, u, v);
}

bool access_to_fence(const Graph &g, EventId a, EventId fence) {
  const EventId next = po_next(g, a);
  if (next != kNone && hb_or_same(g, next, fence)) return true;
  if (any_later_store(g, a, [&](EventId w) { return hb(g, w, fence); })) return true;
  return any_access(g, g.at(a).location, kInit, [&](EventId y) { return hb(g, a, y) && hb(g, y, fence); });
}

bool fence_to_access(const Graph &g, EventId fence, EventId b) {
  const EventId before = g.previous(b);
  if (before != kNone && hb_or_same(g, fence, before)) return true;
  return any_access(g, g.at(b).location, kInit, [&](EventId x) {
    if (!hb(g, fence, x)) return false;
    if (hb(g, x, b)) return true;
    return g.at(b).is_write && any_later_store(g, x, [&](EventId w) { return w == b; });
  });
}

// hb ; eco ; hb. Every access has a place in its location's order, a read that of the store it reads; eco is "in an
// earlier place", or "reads".
bool fence_to_fence(const Graph &g, EventId a, EventId b) {
  if (hb(g, a, b)) return true;
  for (LocationIndex l = 0; l < g.location_count(); l++) {
    bool is_after_a = false;        // something at an earlier place, or the store of this one, is hb-after a
    for (EventId w = kInit; w != kNone; w = g.co_next(l, w)) {
      if (w != kInit) {
        if (is_after_a && hb(g, w, b)) return true;
        is_after_a = is_after_a || hb(g, a, w);
      }
      bool is_reader_after_a = false;
      for (EventId r = g.first_reader(l, w); r != kNone; r = g.at(r).next_reader) {
        if (is_after_a && hb(g, r, b)) return true;
        is_reader_after_a = is_reader_after_a || hb(g, a, r);
      }
      is_after_a = is_after_a || is_reader_after_a;
    }
  }
  return false;
}

bool is_psc(const Graph &g, EventId a, EventId b) {
  if (is_fence(g.at(a))) return is_fence(g.at(b)) ? fence_to_fence(g, a, b) : fence_to_access(g, a, b);
  return is_fence(g.at(b)) ? access_to_fence(g, a, b) : access_to_access(g, a, b);
}

enum State : std::uint8_t { unseen, open, done };

// Does (hb | rf | co | fr)+ pass through the event? See psc.h: without SC fences, only through SC accesses.
bool is_related(const Graph &g, EventId e) { return g.sc_fence_count() != 0 || g.at(e).order == Order::seq_cst; }

// The next store in co, from `store` on, that is_related(); kNone.
EventId related_from(const Graph &g, EventId store) {
  while (store != kNone && !is_related(g, store)) store = g.at(store).co_next;
  return store;
}

}  // namespace

bool Psc::is_acyclic(const Graph &g, EventId e) {
  if (g.sc_count() < 2 || (g.sc_fence_count() == 0 && g.at(e).order != Order::seq_cst)) return true;
  return !is_reached_from_itself(g, e) || !is_in_cycle(g, e);
}

// Is there a cycle of (hb | rf | co | fr) through e? reached_[t]: the events of thread t from that index on are reached.
bool Psc::is_reached_from_itself(const Graph &g, EventId e) {
  reached_.resize(g.thread_count());
  for (ThreadId t = 0; t < g.thread_count(); t++) reached_[t] = g.size(t);
  todo_.clear();
  const auto reach = [&](EventId x) {
    if (x != kNone && x.index() < reached_[x.thread()]) todo_.push_back(x);
  };
  const auto reach_stores_after = [&](EventId x) {
    const Event &event = g.at(x);
    if (event.is_write) reach(related_from(g, event.co_next));
    else if (event.is_read) reach(related_from(g, g.co_next(event.location, event.rf)));
  };
  reach_stores_after(e);
  while (!todo_.empty()) {
    const EventId from = todo_.back();
    todo_.pop_back();
    for (ThreadId t = 0; t < g.thread_count(); t++) {
      while (reached_[t] != 0 && hb_or_same(g, from, EventId::of(t, reached_[t] - 1))) {
        const EventId x = EventId::of(t, --reached_[t]);
        if (x == e) return true;
        if (!is_related(g, x)) continue;
        reach_stores_after(x);
        if (!g.at(x).is_write || g.sc_fence_count() == 0) continue;     // rf between SC accesses is hb
        for (EventId r = g.at(x).first_reader; r != kNone; r = g.at(r).next_reader) reach(r);
      }
    }
  }
  return false;
}

bool Psc::is_in_cycle(const Graph &g, EventId e) {
  events_.clear();
  for (std::uint32_t stamp = 0; stamp < g.event_count(); stamp++) {
    const Event &event = g.at(g.by_stamp(stamp));
    if (event.order == Order::seq_cst && (event.is_read || event.is_write || is_fence(event)))
      events_.push_back(g.by_stamp(stamp));
  }
  state_.assign(events_.size(), unseen);
  for (std::uint32_t start = 0; start < events_.size(); start++) {
    const EventId id = events_[start];
    const bool is_source = id == e || (is_fence(g.at(id)) && hb(g, id, e));
    if (is_source && state_[start] == unseen && has_cycle_from(g, start)) return true;
  }
  return false;
}

bool Psc::has_cycle_from(const Graph &g, std::uint32_t start) {
  stack_.assign(1, {start, 0});
  state_[start] = open;
  while (!stack_.empty()) {
    Visit &visit = stack_.back();
    if (visit.next == events_.size()) {
      state_[visit.node] = done;
      stack_.pop_back();
      continue;
    }
    const std::uint32_t node = visit.node, to = visit.next++;
    if (to == node || state_[to] == done || !is_psc(g, events_[node], events_[to])) continue;
    if (state_[to] == open) return true;
    state_[to] = open;
    stack_.push_back({to, 0});
  }
  return false;
}

}  // namespace interleave::explore::graph
