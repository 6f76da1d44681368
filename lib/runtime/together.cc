// Which calls of std::lock threads are in, and what they would give back.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/together.h"

#include <algorithm>

#include "explore/graph/assumptions.h"
#include "runtime/by_graph/exhaustive.h"
#include "runtime/process/server.h"

namespace interleave::runtime::together {

void enter(Thread &t) {
  if (t.std_locks++ == 0) t.held_before = t.held_count;
}

void leave(Thread &t) { t.std_locks--; }

bool waits(const Thread &t) { return execution.by_graph && t.std_locks != 0; }

std::span<const detect::HeldLock> kept_by(const Thread &t) {
  return {t.held, t.std_locks != 0 ? std::min(t.held_before, t.held_count) : t.held_count};
}

void note_taken(const Thread &t, const objects::Object &lock) {
  if (t.std_locks != 0 && exhaustive::is_searching()) server::strategy().assumptions()->add_taken_together(lock.address);
}

void note_tried(const Thread &t, const objects::Object &lock) {
  if (t.std_locks == 0 && exhaustive::is_searching()) server::strategy().assumptions()->add_tried(lock.address);
}

namespace {

bool would_give_back(const Thread &t, model::ObjectId lock) {
  return std::any_of(t.held + kept_by(t).size(), t.held + t.held_count,
                     [&](const detect::HeldLock &held) { return held.lock == lock; });
}

}  // namespace

bool is_in_the_way() {
  for (ThreadId i = 0; i < execution.thread_count; i++) {
    const Thread &waiting = execution.threads[i];
    if (waiting.ended || !waiting.object) continue;
    for (ThreadId j = 0; j < execution.thread_count; j++) {
      const Thread &holder = execution.threads[j];
      if (j != i && !holder.ended && would_give_back(holder, waiting.object->id)) return true;
    }
  }
  return false;
}

}  // namespace interleave::runtime::together
