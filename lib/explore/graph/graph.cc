// The execution graph: lists, clocks, copies.
// SPDX-License-Identifier: Apache-2.0
#include "explore/graph/graph.h"

#include <algorithm>
#include <cstring>

#include "support/check.h"

namespace interleave::explore::graph {
namespace {

// One clock of eight threads is 32 bytes: two vector registers.
constexpr std::uint32_t kStrideStep = 8;

// to = from[0 .. count). (The vectors' own assign() copies element by element: a third of what a revisit cost.)
template <class T>
void copy(const std::pmr::vector<T> &from, std::size_t count, std::pmr::vector<T> &to) {
  to.resize(count);
  if (count != 0) std::memcpy(static_cast<void *>(to.data()), from.data(), count * sizeof(T));
}

}  // namespace

Graph::Graph(Model model, std::pmr::memory_resource &memory)
    : notes(memory), model_(model), stride_(kStrideStep), threads_(&memory), locations_(&memory), stamps_(&memory),
      back_edges_(&memory), zero_(kStrideStep, 0, &memory), done_(&memory) {}

void Graph::clear() {
  for (Thread &thread : threads_) {
    thread.events.clear();
    thread.rows.clear();
    thread.created_by = kNone;
  }
  locations_.clear();
  stamps_.clear();
  back_edges_.clear();
  sc_count_ = sc_fence_count_ = 0;
  notes.clear();
}

void Graph::assign_prefix(const Graph &from, std::span<const Time> kept, EventId revisited) {
  if (from.thread_count() != 0) add_thread(from.thread_count() - 1);
  if (stride_ != from.stride_) {
    stride_ = from.stride_;
    zero_.assign(stride_, 0);
  }
  stamps_.clear();
  back_edges_.clear();
  sc_count_ = sc_fence_count_ = 0;
  copy(from.locations_, from.locations_.size(), locations_);
  for (ThreadId t = 0; t < thread_count(); t++) {
    Thread &thread = threads_[t];
    const Time count = t < from.thread_count() ? kept[t] : 0;
    const Thread &source = from.threads_[count != 0 ? t : 0];
    copy(source.events, count, thread.events);
    copy(source.rows, count * row_size(), thread.rows);
    thread.created_by = kNone;
    for (Event &e : thread.events) e.first_reader = kNone;
  }
  for (Location &l : locations_) l.first_reader = kNone, l.readers = 0;
  for (EventId id : from.stamps_) {
    if (id.index() >= kept[id.thread()]) continue;
    Event &e = at(id);
    e.stamp = event_count();
    stamps_.push_back(id);
    count(e, +1);
    if (e.op.kind == Kind::create) threads_[static_cast<ThreadId>(e.op.operand)].created_by = id;
    if (e.is_read && id != revisited) link_read(id, e.rf);
  }
  for (Location &l : locations_) {
    EventId previous = kInit;
    for (EventId w = l.first; w != kNone; w = from.at(w).co_next) {
      if (w.index() >= kept[w.thread()]) continue;
      (previous == kInit ? l.first : at(previous).co_next) = w;
      at(w).co_previous = previous;
      previous = w;
    }
    (previous == kInit ? l.first : at(previous).co_next) = kNone;
    l.last = previous;
  }
  for (const BackEdge &edge : from.back_edges_) {
    if (edge.from.index() < kept[edge.from.thread()] && edge.to.index() < kept[edge.to.thread()])
      back_edges_.push_back(edge);
  }
  // What a thread touched on its way to an event goes with the event before, its creation at first; what comes after the revisited read goes.
  notes.assign(from.notes, [&](const Notes::Entry &entry) {
    const ThreadId t = entry.thread;
    if (revisited != kNone && t == revisited.thread() && entry.next >= revisited.index() + !entry.is_of_operation) return false;
    if (entry.is_of_operation) return entry.next < kept[t];
    if (entry.next != 0) return entry.next <= kept[t];
    const EventId creation = from.threads_[t].created_by;
    return creation == kNone || creation.index() < kept[creation.thread()];
  });
}

EventId Graph::consumer(LocationIndex l, EventId store, EventId except) const {
  for (EventId r = first_reader(l, store); r != kNone; r = at(r).next_reader) {
    if (at(r).is_rmw && r != except) return r;
  }
  return kNone;
}

EventId Graph::finish_of(ThreadId t) const {
  if (size(t) == 0 || threads_[t].events.back().op.kind != Kind::finish) return kNone;
  return EventId::of(t, size(t) - 1);
}

void Graph::mention(LocationIndex l, std::uint64_t initial) {
  if (l >= locations_.size()) locations_.resize(l + 1);
  Location &location = locations_[l];
  if (location.readers == 0 && location.first == kNone) location.initial = initial;
}

void Graph::add_thread(ThreadId t) {
  CHECK(t < kMaxGraphThreads, "too many threads for the exhaustive strategy");
  while (threads_.size() <= t) threads_.emplace_back(threads_.get_allocator().resource());
  if (t < stride_) return;
  const std::uint32_t old_stride = stride_;
  while (stride_ <= t) stride_ *= 2;
  zero_.assign(stride_, 0);
  for (Thread &thread : threads_) {
    std::pmr::vector<Time> wider(thread.events.size() * row_size(), 0, thread.rows.get_allocator());
    for (std::size_t i = 0; i < thread.events.size() * clocks(); i++)
      std::copy_n(thread.rows.data() + i * old_stride, old_stride, wider.data() + i * stride_);
    thread.rows = std::move(wider);
  }
}

void Graph::count(const Event &e, int sign) {
  const bool is_fence = e.op.kind == Kind::fence;
  if (e.order != Order::seq_cst || (!e.is_read && !e.is_write && !is_fence)) return;
  sc_count_ += static_cast<std::uint32_t>(sign);
  if (is_fence) sc_fence_count_ += static_cast<std::uint32_t>(sign);
}

void Graph::set_order(EventId id, Order order) {
  Event &e = at(id);
  count(e, -1);
  e.order = order;
  count(e, +1);
}

void Graph::forget_notes() {
  notes.clear();
  for (EventId e : stamps_) at(e).tail = 0;
}

EventId Graph::push(ThreadId t, const Event &event) {
  if (t >= threads_.size()) add_thread(t);
  if (event.op.kind == Kind::create) add_thread(static_cast<ThreadId>(event.op.operand));
  Thread &thread = threads_[t];
  const EventId id = EventId::of(t, size(t));
  CHECK(id.index() < kMaxThreadEvents, "too many events of one thread");
  thread.events.push_back(event);
  thread.events.back().stamp = event_count();
  thread.rows.resize(thread.rows.size() + row_size());
  stamps_.push_back(id);
  count(event, +1);
  if (event.op.kind == Kind::create) threads_[static_cast<ThreadId>(event.op.operand)].created_by = id;
  return id;
}

void Graph::pop() {
  const EventId id = newest();
  const Event &e = at(id);
  if (e.is_read) unlink_read(id);
  if (e.is_write) unlink_store(id);
  if (e.op.kind == Kind::create) threads_[static_cast<ThreadId>(e.op.operand)].created_by = kNone;
  if (!back_edges_.empty() && back_edges_.back().from == id) back_edges_.pop_back();
  count(e, -1);
  notes.take_back(e.stamp);
  Thread &thread = threads_[id.thread()];
  thread.events.pop_back();
  thread.rows.resize(thread.rows.size() - row_size());
  stamps_.pop_back();
}

void Graph::link_read(EventId read, EventId store) {
  Event &r = at(read);
  Location &l = locations_[r.location];
  EventId &first = store == kInit ? l.first_reader : at(store).first_reader;
  r.rf = store;
  r.next_reader = first;
  first = read;
  l.readers++;
}

void Graph::unlink_read(EventId read) {
  const Event &r = at(read);
  Location &l = locations_[r.location];
  EventId *link = r.rf == kInit ? &l.first_reader : &at(r.rf).first_reader;
  while (*link != read) link = &at(*link).next_reader;
  *link = r.next_reader;
  l.readers--;
}

void Graph::link_store(EventId store, EventId after) {
  Event &w = at(store);
  Location &l = locations_[w.location];
  EventId &next = after == kInit ? l.first : at(after).co_next;
  w.co_previous = after;
  w.co_next = next;
  (next == kNone ? l.last : at(next).co_previous) = store;
  next = store;
}

void Graph::unlink_store(EventId store) {
  const Event &w = at(store);
  Location &l = locations_[w.location];
  (w.co_previous == kInit ? l.first : at(w.co_previous).co_next) = w.co_next;
  (w.co_next == kNone ? l.last : at(w.co_next).co_previous) = w.co_previous;
}

void Graph::join(Time *into, const Time *clock) const {
  for (std::uint32_t i = 0; i < stride_; i++) into[i] = std::max(into[i], clock[i]);
}

void Graph::compute_clocks(EventId id) {
  Time *order = row(id);
  Time *porf = order + stride_, *release = porf + stride_, *happens_before = order + happens_before_at();
  const EventId before = previous(id);
  std::memcpy(porf, porf_clock(before), stride_ * sizeof(Time));
  std::memcpy(happens_before, happens_before_clock(before), stride_ * sizeof(Time));
  porf[id.thread()] = happens_before[id.thread()] = id.index() + 1;
  const Event &e = at(id);
  if ((e.is_read && e.rf != kInit) || e.op.kind == Kind::join) join(porf, porf_clock(e.rf));
  if (e.op.kind == Kind::gather) {
    for_each_arrival(e.op, [&](EventId arrival) {
      join(porf, porf_clock(arrival));
      join(happens_before, happens_before_clock(arrival));
    });
  }
  compute_happens_before(id, happens_before, release);
  if (model_ == Model::sc) compute_order_sc(id, order);
}

void Graph::compute_order_sc(EventId id, Time *clock) {
  const Event &e = at(id);
  std::memcpy(clock, order_clock(previous(id)), stride_ * sizeof(Time));
  clock[id.thread()] = id.index() + 1;
  if (e.op.kind == Kind::join) join(clock, row(e.rf));
  if (e.op.kind == Kind::gather) for_each_arrival(e.op, [&](EventId arrival) { join(clock, order_clock(arrival)); });
  EventId next = kNone;
  if (e.is_read) {
    if (e.rf != kInit) join(clock, row(e.rf));
    next = co_next(e.location, e.rf);
  } else if (e.is_write) {
    if (e.co_previous != kInit) join(clock, row(e.co_previous));
    for (EventId r = first_reader(e.location, e.co_previous); r != kNone; r = at(r).next_reader) join(clock, row(r));
    next = e.co_next;
  }
  if (next != kNone && next != id) back_edges_.push_back({id, next});
}

void Graph::compute_happens_before(EventId id, Time *clock, Time *release) {
  Event &e = at(id);
  const auto release_of = [&](EventId w) { return row(w) + 2 * stride_; };
  e.release_fence = id.index() == 0 ? 0 : at(EventId::of(id.thread(), id.index() - 1)).release_fence;
  if (e.op.kind == Kind::join) join(clock, happens_before_clock(e.rf));
  if (e.is_read && e.rf != kInit && model::acquires(e.order)) join(clock, release_of(e.rf));
  if (e.op.kind == Kind::fence) {
    if (model::acquires(e.order)) {
      for (std::uint32_t i = id.index(); i-- != 0;) {
        const Event &earlier = at(EventId::of(id.thread(), i));
        if (earlier.op.kind == Kind::fence && model::acquires(earlier.order)) break;
        if (earlier.is_read && earlier.rf != kInit) join(clock, release_of(earlier.rf));
      }
    }
    if (model::releases(e.order)) e.release_fence = id.index() + 1;
  }
  if (!e.is_write) return;
  if (model::releases(e.order)) {
    std::memcpy(release, clock, stride_ * sizeof(Time));
  } else if (e.release_fence != 0) {
    std::memcpy(release, happens_before_clock(EventId::of(id.thread(), e.release_fence - 1)), stride_ * sizeof(Time));
  } else {
    std::memset(release, 0, stride_ * sizeof(Time));
  }
  if (e.is_rmw) {
    const EventId source = at(EventId::of(id.thread(), id.index() - 1)).rf;
    if (source != kInit) join(release, release_of(source));
  }
}

void Graph::renew_clocks(EventId id) {
  if (!back_edges_.empty() && back_edges_.back().from == id) back_edges_.pop_back();
  compute_clocks(id);
}

void Graph::close(Time *clock) const {
  for (bool changed = true; changed;) {
    changed = false;
    for (const BackEdge &edge : back_edges_) {
      if (!knows(clock, edge.to) || knows(clock, edge.from)) continue;
      join(clock, row(edge.from));
      changed = true;
    }
  }
}

bool Graph::is_ready(EventId id, std::span<const Time> done) const {
  const auto is_done = [&](EventId e) { return e == kNone || e == kInit || e.index() < done[e.thread()]; };
  const Event &e = at(id);
  if (!is_done(previous(id))) return false;
  if ((e.is_read || e.op.kind == Kind::join) && !is_done(e.rf)) return false;
  if (e.op.kind == Kind::gather) {
    bool is_full = true;
    for_each_arrival(e.op, [&](EventId arrival) { is_full &= is_done(arrival); });
    if (!is_full) return false;
  }
  if (!e.is_write) return true;
  if (!is_done(e.co_previous)) return false;
  for (EventId r = first_reader(e.location, e.co_previous); r != kNone; r = at(r).next_reader) {
    if (!is_done(r)) return false;
  }
  return true;
}

bool Graph::sort() {
  back_edges_.clear();
  done_.assign(threads_.size(), 0);
  std::uint32_t left = event_count();
  for (bool progress = true; progress && left != 0;) {
    progress = false;
    for (ThreadId t = 0; t < threads_.size(); t++) {
      while (done_[t] < size(t) && is_ready(EventId::of(t, done_[t]), done_)) {
        compute_clocks(EventId::of(t, done_[t]));
        done_[t]++;
        left--;
        progress = true;
      }
    }
  }
  back_edges_.clear();
  return left == 0;
}

}  // namespace interleave::explore::graph
