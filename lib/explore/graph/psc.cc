// psc between two events, and the search for a cycle.
// SPDX-License-Identifier: Apache-2.0
#include "explore/graph/psc.h"

namespace interleave::explore::graph {
namespace {

bool is_fence(const Event &e) { return e.op.kind == Kind::fence; }

bool hb(const Graph &g, EventId a, EventId b) { return a != b && Graph::knows(g.order_clock(b), a); }
bool hb_or_same(const Graph &g, EventId a, EventId b) { return Graph::knows(g.order_clock(b), a); }

bool are_in_po(EventId a, EventId b) { return a.thread() == b.thread() && a.index() < b.index(); }

// The events next to e in program order; kNone.
EventId po_next(const Graph &g, EventId e) {
  return e.index() + 1 < g.size(e.thread()) ? EventId::of(e.thread(), e.index() + 1) : kNone;
}
EventId po_previous(EventId e) { return e.index() != 0 ? EventId::of(e.thread(), e.index() - 1) : kNone; }

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
  const EventId u = po_next(g, a), v = po_previous(b);
  return u != kNone && v != kNone && hb(g, u, v);
}

bool access_to_fence(const Graph &g, EventId a, EventId fence) {
  const EventId next = po_next(g, a);
  if (next != kNone && hb_or_same(g, next, fence)) return true;
  if (any_later_store(g, a, [&](EventId w) { return hb(g, w, fence); })) return true;
  return any_access(g, g.at(a).location, kInit, [&](EventId y) { return hb(g, a, y) && hb(g, y, fence); });
}

bool fence_to_access(const Graph &g, EventId fence, EventId b) {
  const EventId before = po_previous(b);
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

}  // namespace

bool Psc::is_acyclic(const Graph &g, EventId e) {
  if (g.sc_count() < 2 || (g.sc_fence_count() == 0 && g.at(e).order != Order::seq_cst)) return true;
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
    if (is_source && state_[start] == unseen && has_cycle_from(g, start)) return false;
  }
  return true;
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
