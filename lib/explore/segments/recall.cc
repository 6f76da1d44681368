// Walking through an execution in thought.
// SPDX-License-Identifier: Apache-2.0
#include "explore/segments/recall.h"

#include <algorithm>

namespace interleave::explore::segments {

using graph::EventId;
using graph::Kind;
using graph::Notes;

namespace {

// The tail of a thread that has ended, and of the read part of an operation that writes, too: nothing to be known.
constexpr History kNothing = 1;

bool is_final(const graph::Event &e) { return !(e.is_read && e.is_rmw); }

}  // namespace

Recall::Recall(Recorder &recorder, std::pmr::memory_resource &memory)
    : recorder_(recorder), places_(&memory) {}

campaign::Ending Recall::ending_of(graph::Explorer &explorer, Native *native) {
  explorer_ = &explorer;
  graph_ = &explorer.graph_to_note();
  native_ = native;
  if (native) recorder_.begin_partial(*this, native->expects_untold());
  campaign::Ending ending = walk();
  if (native && ending != campaign::Ending::none && !native->end()) {
    recorder_.disown();
    ending = campaign::Ending::none;
  }
  if (native) recorder_.leave();
  return ending;
}

campaign::Ending Recall::walk() {
  using campaign::Ending;
  graph::Explorer &explorer = *explorer_;
  recorder_.rely();
  explorer.take_up();
  if (!begin() || (native_ && !native_->begin()) || !catch_up()) return Ending::none;
  for (ThreadId t = 0; t < threads_; t++) {
    pending_[t].kind = Kind::none;
    const bool exists = t == 0 || graph_->is_created(t);
    if (exists && tail_of(t) != kNothing && !come_to_operation(t, tail_of(t))) return Ending::none;
  }
  for (ThreadId t; (t = explorer.next({pending_, threads_})) != graph::kNobody;) {
    if (explorer.is_trying() || !add(t)) return Ending::none;
  }
  switch (explorer.ending()) {
    case graph::Ending::complete: return end() ? Ending::passed : Ending::none;
    case graph::Ending::blocked: return Ending::blocked;
    case graph::Ending::cut: return only_loops_wait() ? Ending::cut : Ending::none;
    default: return Ending::none;
  }
}

// Prepares for the graph: a thread that exists in it has a tail at its birth.
bool Recall::begin() {
  threads_ = std::max<ThreadId>(graph_->thread_count(), 1);
  if (threads_ > Recorder::kMostThreads) return false;
  is_exiting_ = has_exited_ = false;
  if (graph_->notes.generation != recorder_.generation()) {
    graph_->forget_notes();
    graph_->notes.generation = recorder_.generation();
  }
  if (graph_->notes.birth(0) != 0) return true;
  History tail;
  if (!go_on(0, 0, Recorder::kMain, 0, &tail)) return false;
  graph_->notes.set_birth(0, tail);
  return true;
}

// Walks the segments after events of the graph that are not known yet: after the one that was changed last, or more where the program ran.
bool Recall::catch_up() {
  bool is_complete = true;
  for (ThreadId t = 0; t < graph_->thread_count(); t++) {
    std::uint32_t n = graph_->size(t);
    while (n != 0 && !has_tail(EventId::of(t, n - 1))) n--;
    walked_[t] = n;
    is_complete = is_complete && n == graph_->size(t);
  }
  if (is_complete) return true;
  const auto walk_next = [&](ThreadId t) {
    const EventId e = EventId::of(t, walked_[t]++);
    if (is_final(graph_->at(e))) return walk_operation(e);
    graph_->at(e).tail = kNothing;
    return true;
  };
  // Events that stay are in an order that may not fit happens-before; those on top of them are in one that does.
  for (bool progress = true; progress;) {
    progress = false;
    for (ThreadId t = 0; t < graph_->thread_count(); t++) {
      while (walked_[t] < graph_->size(t)) {
        const EventId e = EventId::of(t, walked_[t]);
        if (graph_->at(e).stamp >= explorer_->base() || !is_ready(e)) break;
        if (!walk_next(t)) return false;
        progress = true;
      }
    }
  }
  for (std::uint32_t stamp = explorer_->base(); stamp < graph_->event_count(); stamp++) {
    const EventId e = graph_->by_stamp(stamp);
    if (e.index() == walked_[e.thread()] && !walk_next(e.thread())) return false;
  }
  return true;
}

// Is what the event depends on walked?
bool Recall::is_ready(EventId id) const {
  const graph::Event &e = graph_->at(id);
  if (id.index() == 0) {
    const EventId creation = graph_->previous(id);
    if (creation != graph::kNone && creation.index() >= walked_[creation.thread()]) return false;
  }
  if (e.op.kind == Kind::gather) {
    bool is_full = true;
    graph_->for_each_arrival(e.op, [&](EventId arrival) { is_full &= arrival.index() < walked_[arrival.thread()]; });
    return is_full;
  }
  const bool is_write_part = e.is_write && e.is_rmw;
  const EventId source = is_write_part ? graph_->at(EventId::of(id.thread(), id.index() - 1)).rf : e.rf;
  if (!e.is_read && !is_write_part && e.op.kind != Kind::join) return true;
  return source == graph::kInit || source.index() <= walked_[source.thread()];
}

History Recall::tail_of(ThreadId t) const {
  const std::uint32_t size = graph_->size(t);
  return size != 0 ? graph_->at(EventId::of(t, size - 1)).tail : graph_->notes.birth(t);
}

// The thread's tail before its operation of which e is the last event.
History Recall::tail_before(EventId e) const {
  const graph::Event &event = graph_->at(e);
  const std::uint32_t first = e.index() - (event.is_write && event.is_rmw);
  return first != 0 ? graph_->at(EventId::of(e.thread(), first - 1)).tail : graph_->notes.birth(e.thread());
}

// What is left of a thread that has ended, for who joins it.
std::uint64_t Recall::left_of(ThreadId t) const {
  const Node *node = recorder_.tree().find(tail_before(graph_->finish_of(t)));
  return node ? node->value : 0;
}

bool Recall::walk_operation(EventId e) {
  const graph::Event &event = graph_->at(e);
  const ThreadId t = e.thread();
  const History before = tail_before(e);
  const Node *node = recorder_.tree().find(before);
  if (!node || node->next != Next::operation || !is_same(recorder_.tree().operation(node->index), event.op)) return false;
  const std::uint32_t stamp = event.stamp < explorer_->base() ? 0 : event.stamp + 1;
  const EventId first = event.is_write && event.is_rmw ? EventId::of(t, e.index() - 1) : e;
  if (!touch_location(t, node->index, first.index(), stamp)) return false;
  const std::uint64_t value = event.op.kind == Kind::join ? left_of(static_cast<ThreadId>(event.op.operand)) : explorer_->value_answered(first);
  return note_tail(e, after(before, value), stamp);
}

// Walks to the next operation after e, the last event of its thread so far, and notes the tail.
bool Recall::note_tail(EventId e, History history, std::uint32_t stamp) {
  graph::Event &event = graph_->at(e);
  if (event.op.kind == Kind::finish) {
    event.tail = kNothing;
    return true;
  }
  History tail;
  const bool creates = event.op.kind == Kind::create;
  const auto child = static_cast<ThreadId>(event.op.operand);
  if (creates && child >= Recorder::kMostThreads) return false;
  if (!go_on(e.thread(), e.index() + 1, history, stamp, &tail)) return false;
  if (creates) {
    History birth;
    if (!go_on(child, 0, Recorder::child_of(history, child), stamp, &birth)) return false;
    graph_->notes.set_birth(child, birth);
  }
  graph_->at(e).tail = tail;
  return true;
}

// Walks through the segment before t's event `next`.
bool Recall::go_on(ThreadId t, std::uint32_t next, History history, std::uint32_t stamp, History *tail) {
  for (;;) {
    const Node *node = find(t, next, history);
    if (!node) return false;
    switch (node->next) {
      case Next::read: {
        std::uint64_t value;
        if (!touch(t, next, Access::read, *node, stamp) || !read(node->index, node->mask, &value)) return false;
        history = after(history, value);
        break;
      }
      case Next::write:
      case Next::end_of_life:
        if (!touch(t, next, node->next == Next::write ? Access::write : Access::end_of_life, *node, stamp)) return false;
        history = after(history, node->index);
        break;
      case Next::operation:
      case Next::exit:
      case Next::futile:
      case Next::end: *tail = history; return true;
    }
  }
}

// What t does in the segment before its event `next`; null: that is not known, nor can it be found out.
const Node *Recall::find(ThreadId t, std::uint32_t next, History history) {
  const Node *node = recorder_.tree().find(history);
  if (node || !native_ || !native_->run(t, next, has_exited_)) return node;
  return recorder_.tree().find(history);
}

// Calls f for the entries of a cell from before t's present segment in a partial execution, the newest first, until it returns true. (What the
// segment itself did the recorder knows.)
template <class F>
void Recall::for_each_before(ThreadId t, std::uint32_t cell, F f) const {
  const std::uint32_t next = native_->position_of(t);
  const graph::Time *clock = clock_of(t, next);
  const Notes &notes = graph_->notes;
  for (std::uint32_t i = notes.last(cell); i != Notes::kNone; i = notes[i].previous) {
    const Notes::Entry &e = notes[i];
    const bool is_before = e.thread == t ? e.next < next : clock[e.thread] > e.next;
    if (is_before && f(e)) return;
  }
}

// The newest write of each byte.
Past::Bytes Recall::found_by(ThreadId t, std::uint32_t cell, std::uint8_t mask) const {
  Bytes found;
  const auto take = [&](std::uint64_t value, std::uint8_t bytes) {
    bytes &= mask & static_cast<std::uint8_t>(~found.mask);
    found.value |= value & bytes_of(bytes);
    found.mask |= bytes;
  };
  for_each_before(t, cell, [&](const Notes::Entry &e) {
    if (static_cast<Access>(e.access) == Access::write) take(e.value, e.mask);
    return found.mask == mask;
  });
  const Cell &c = recorder_.cells()[cell];
  if (c.is_old) {
    found.initial = mask & static_cast<std::uint8_t>(~found.mask);
    take(c.initial, mask);
  }
  return found;
}

bool Recall::is_operated_on(ThreadId t, std::uint32_t cell, std::uint8_t mask) const {
  bool is = false;
  for_each_before(t, cell, [&](const Notes::Entry &e) { return is = (e.mask & mask) != 0 && static_cast<Access>(e.access) == Access::atomic; });
  return is;
}

// Sets what t does next, from its tail.
bool Recall::come_to_operation(ThreadId t, History tail) {
  const Node *node = recorder_.tree().find(tail);
  if (!node) return false;
  if (node->next == Next::exit || node->next == Next::end) {
    if (is_exiting_) return false;         // which of two ends the execution the program tells
    exiting_ = t;
    is_exiting_ = true;
    return true;
  }
  if (node->next != Next::operation) return false;
  pending_[t] = recorder_.tree().operation(node->index);
  if (pending_[t].kind == Kind::load) pending_[t].operand = tail;
  operation_[t] = node->index;
  return !graph::touches_location(pending_[t].kind) || set_initial(pending_[t], place_of(node->index));
}

bool Recall::add(ThreadId t) {
  const graph::Operation &op = pending_[t];
  const std::uint32_t stamp = graph_->event_count() + 1, next = graph_->size(t);
  const History before = tail_of(t);
  if (!touch_location(t, operation_[t], next, stamp)) return false;
  const Kind kind = op.kind;
  const auto other = static_cast<ThreadId>(op.operand);
  const std::uint64_t answer = explorer_->add(t, op);
  const EventId e = EventId::of(t, graph_->size(t) - 1);
  if (e.index() != next) graph_->at(EventId::of(t, next)).tail = kNothing;
  pending_[t].kind = Kind::none;
  if (kind == Kind::create) {
    for (; threads_ <= other; threads_++) pending_[threads_].kind = Kind::none;
  }
  if (!note_tail(e, after(before, kind == Kind::join ? left_of(other) : answer), graph_->event_count())) return false;
  if (kind == Kind::finish) return true;
  if (!come_to_operation(t, graph_->at(e).tail)) return false;
  return kind != Kind::create || come_to_operation(other, graph_->notes.birth(other));
}

// Of a thread that waits for something else the program has to tell whether a timeout that it has none left of would end the wait.
bool Recall::only_loops_wait() const {
  return std::all_of(pending_, pending_ + threads_, [](const graph::Operation &op) {
    return op.kind == Kind::none || op.kind == Kind::join || op.kind == Kind::load || op.kind == Kind::spin || op.kind == Kind::cut;
  });
}

// What the thread that ends the execution does when the others have ended. That is no part of the graph: its notes go again.
bool Recall::end() {
  if (!is_exiting_) return false;
  has_exited_ = true;
  const std::uint32_t noted = graph_->notes.size();
  const auto has_come_to_end = [&](History tail) { return recorder_.tree().find(tail)->next == Next::end; };
  History tail = tail_of(exiting_);
  const bool has_ended = has_come_to_end(tail) || (go_on(exiting_, graph_->size(exiting_), after(tail, 0), 0, &tail) && has_come_to_end(tail));
  graph_->notes.truncate(noted);
  return has_ended;
}

// What happens before t's segment before its event `next`.
const graph::Time *Recall::clock_of(ThreadId t, std::uint32_t next) const {
  return graph_->happens_before_clock(graph_->previous(EventId::of(t, next)));
}

// Notes the access; false: it may race with an earlier one. What races with an access that happened before a write races with the write
// too, so that nothing is to be looked for behind a write that happened before this access.
bool Recall::touch(ThreadId t, std::uint32_t next, Access access, const Node &what, std::uint32_t stamp) {
  Notes &notes = graph_->notes;
  const graph::Time *clock = clock_of(t, next);
  const bool reads = access == Access::read || access == Access::atomic;
  for (std::uint32_t i = notes.last(what.index); i != Notes::kNone; i = notes[i].previous) {
    const Notes::Entry &e = notes[i];
    if ((e.mask & what.mask) == 0) continue;
    const auto other = static_cast<Access>(e.access);
    const bool is_before = e.thread == t || clock[e.thread] > e.next;
    if (other == Access::end_of_life || (!is_before && !(reads && other == access))) return false;
    if (other == Access::write && (what.mask & ~e.mask) == 0) break;
  }
  notes.push({.value = what.value,
              .cell = what.index,
              .next = next,
              .stamp = stamp,
              .thread = static_cast<std::uint16_t>(t),
              .access = static_cast<std::uint8_t>(access),
              .mask = what.mask,
              .is_of_operation = access == Access::atomic});
  return true;
}

// The value of bytes of a cell for who can read them without a race: the newest writes'. False: nobody wrote some of them.
bool Recall::read(std::uint32_t cell, std::uint8_t mask, std::uint64_t *value) const {
  const Notes &notes = graph_->notes;
  *value = 0;
  for (std::uint32_t i = notes.last(cell); i != Notes::kNone && mask != 0; i = notes[i].previous) {
    const Notes::Entry &e = notes[i];
    if (static_cast<Access>(e.access) != Access::write) continue;
    *value |= e.value & bytes_of(mask & e.mask);
    mask &= static_cast<std::uint8_t>(~e.mask);
  }
  const Cell &c = recorder_.cells()[cell];
  *value |= c.initial & bytes_of(mask);
  return mask == 0 || (c.is_old && recorder_.use_initial(cell, mask));
}

bool Recall::touch_location(ThreadId t, std::uint32_t operation, std::uint32_t next, std::uint32_t stamp) {
  const Place &place = place_of(operation);
  if (!place.is_in_cell || !recorder_.cells()[place.cell].is_shared) return true;
  return touch(t, next, Access::atomic, {.index = place.cell, .mask = place.mask}, stamp);
}

const Recall::Place &Recall::place_of(std::uint32_t operation) {
  if (operation >= places_.size()) places_.resize(operation + 1);
  Place &place = places_[operation];
  if (place.is_known) return place;
  place.is_known = true;
  const graph::Operation &op = recorder_.tree().operation(operation);
  if (!graph::touches_location(op.kind)) return place;
  place.location = recorder_.location_of(op);
  place.is_in_cell = Recorder::is_in_memory(op);
  if (!place.is_in_cell) return place;
  place.cell = recorder_.cell_of(op.location);
  place.mask = Recorder::mask_of(op);
  return place;
}

// What a location holds before its first store, plain memory may have decided in this execution.
bool Recall::set_initial(graph::Operation &op, const Place &place) const {
  op.initial = recorder_.initial_of(place.location);
  if (op.kind == Kind::object || !place.is_in_cell || !recorder_.cells()[place.cell].is_shared) return true;
  std::uint64_t value;
  if (!read(place.cell, place.mask, &value)) return false;
  op.initial = value >> 8 * (op.location & 7);
  return true;
}

}  // namespace interleave::explore::segments
