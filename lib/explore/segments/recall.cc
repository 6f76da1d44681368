// Walking through an execution in thought.
// SPDX-License-Identifier: Apache-2.0
#include "explore/segments/recall.h"

namespace interleave::explore::segments {

using graph::EventId;
using graph::Kind;

Recall::Recall(graph::Model model, Recorder &recorder, std::pmr::memory_resource &memory)
    : model_(model), recorder_(recorder), images_(&memory), places_(&memory) {}

bool Recall::passes(graph::Explorer &explorer) {
  explorer_ = &explorer;
  execution_++;
  recorder_.rely();
  threads_ = 1;
  is_exiting_ = has_ended_ = false;
  history_[0] = Recorder::kMain;
  birth_[0] = graph::kNone;
  if (!go_on(0)) return false;
  for (ThreadId t; (t = explorer.next({pending_, threads_})) != graph::kNobody;) {
    const graph::Operation op = pending_[t];
    pending_[t].kind = Kind::none;
    const Place &place = place_of(operation_[t]);
    if (place.is_in_cell && recorder_.cells()[place.cell].is_shared && !touch(t, Access::atomic, place.cell, place.mask))
      return false;
    const graph::Answer answer = explorer.perform(t, op);
    history_[t] = after(history_[t], op.kind == Kind::join ? left_[op.operand] : answer.value);
    if (op.kind == Kind::finish) continue;
    const auto child = static_cast<ThreadId>(op.operand);
    if (op.kind == Kind::create) {
      if (child >= Recorder::kMostThreads) return false;
      prepare_child(t, child);
    }
    if (!go_on(t)) return false;
    if (op.kind == Kind::create && !go_on(child)) return false;
  }
  if (explorer.ending() != graph::Ending::complete) return false;
  if (is_exiting_ && !go_on(exiting_)) return false;
  return has_ended_;
}

void Recall::prepare_child(ThreadId parent, ThreadId child) {
  for (; threads_ <= child; threads_++) pending_[threads_].kind = Kind::none;
  birth_[child] = EventId::of(parent, explorer_->performed(parent) - 1);
  history_[child] = Recorder::child_of(history_[parent], child);
}

// Walks t to its next operation.
bool Recall::go_on(ThreadId t) {
  for (;;) {
    const Node *node = recorder_.tree().find(history_[t]);
    if (!node) return false;
    switch (node->next) {
      case Next::read:
      case Next::write:
      case Next::end_of_life:
        if (!step_memory(t, *node)) return false;
        break;
      case Next::operation:
        pending_[t] = recorder_.tree().operation(node->index);
        operation_[t] = node->index;
        left_[t] = node->value;
        return !graph::touches_location(pending_[t].kind) || set_initial(pending_[t], place_of(node->index));
      case Next::exit:
        if (!is_exiting_) {
          is_exiting_ = true;
          exiting_ = t;
          return true;
        }
        history_[t] = after(history_[t], 0);
        break;
      case Next::end: has_ended_ = true; return true;
    }
  }
}

bool Recall::step_memory(ThreadId t, const Node &node) {
  const Access access = node.next == Next::read ? Access::read : node.next == Next::write ? Access::write : Access::end_of_life;
  if (!touch(t, access, node.index, node.mask)) return false;
  Image &image = image_of(node.index);
  if (access == Access::read) {
    if ((node.mask & ~image.known) != 0) return false;
    history_[t] = after(history_[t], image.value & bytes_of(node.mask));
    return true;
  }
  image.value = (image.value & ~bytes_of(node.mask)) | node.value;
  if (access == Access::write) image.known |= node.mask;
  else image.known = 0;
  history_[t] = after(history_[t], node.index);
  return true;
}

Recall::Image &Recall::image_of(std::uint32_t cell) {
  if (cell >= images_.size()) images_.resize(recorder_.cells().size());
  Image &image = images_[cell];
  if (image.execution == execution_) return image;
  const Cell &c = recorder_.cells()[cell];
  image.execution = execution_;
  image.value = c.initial;
  image.known = c.is_old ? 0xff : 0;
  image.count = 0;
  return image;
}

// What happens before t's present segment.
const graph::Time *Recall::clock_of(ThreadId t) const {
  const graph::Graph &g = explorer_->graph();
  const std::uint32_t performed = explorer_->performed(t);
  const EventId last = performed != 0 ? EventId::of(t, performed - 1) : birth_[t];
  return model_ == graph::Model::sc ? g.porf_clock(last) : g.order_clock(last);
}

// Keeps the access; false: it may race with an earlier one. What races with an access before a write races with the write too, so
// that a write takes the place of what happened before it.
bool Recall::touch(ThreadId t, Access access, std::uint32_t cell, std::uint8_t mask) {
  Image &image = image_of(cell);
  const graph::Time *clock = clock_of(t);
  const bool reads = access == Access::read || access == Access::atomic;
  std::uint8_t kept = 0;
  Entry *own = nullptr;
  for (std::uint8_t i = 0; i < image.count; i++) {
    const Entry e = image.entries[i];
    const bool overlaps = (e.mask & mask) != 0;
    const bool is_before = e.thread == t || clock[e.thread] > e.next;
    if (overlaps && (e.access == Access::end_of_life || (!is_before && !(reads && e.access == access)))) return false;
    if (!reads && is_before && (e.mask & ~mask) == 0) continue;
    image.entries[kept] = e;
    if (e.thread == t && e.access == access) own = &image.entries[kept];
    kept++;
  }
  image.count = kept;
  if (!own) {
    if (kept == kMostEntries) return false;
    own = &image.entries[image.count++];
    *own = {t, 0, access, 0};
  }
  own->next = explorer_->performed(t);
  own->mask |= mask;
  return true;
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
bool Recall::set_initial(graph::Operation &op, const Place &place) {
  op.initial = recorder_.initial_of(place.location);
  if (op.kind == Kind::object || !place.is_in_cell || !recorder_.cells()[place.cell].is_shared) return true;
  const Image &image = image_of(place.cell);
  if ((place.mask & ~image.known) != 0) return false;
  op.initial = (image.value & bytes_of(place.mask)) >> 8 * (op.location & 7);
  return true;
}

}  // namespace interleave::explore::segments
