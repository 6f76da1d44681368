// Which calls of std::lock threads are in, and what they would give back.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/together.h"

#include <algorithm>

#include "explore/graph/assumptions.h"
#include "runtime/by_graph/exhaustive.h"
#include "runtime/process/server.h"

namespace interleave::runtime::together {

void enter(Thread &t, std::span<const void *const> locks, std::uint32_t guards, std::uint32_t shared) {
  Thread::Together &mine = t.together;
  if (mine.calls++ != 0) return;
  mine.held_before = t.held_count;
  mine.count = locks.size() > Thread::Together::kMost ? 0 : static_cast<std::uint32_t>(locks.size());
  for (std::uint32_t i = 0; i < mine.count; i++) {
    const void *lock = guards >> i & 1 ? *static_cast<const void *const *>(locks[i]) : locks[i];     // a guard's first member points to it
    mine.locks[i] = reinterpret_cast<std::uint64_t>(lock);
    mine.is_shared[i] = shared >> i & 1;
  }
}

void leave(Thread &t) { t.together.calls--; }

bool waits(const Thread &t) { return execution.by_graph && t.together.calls != 0 && t.together.count != 0; }

std::span<const detect::HeldLock> kept_by(const Thread &t) {
  return {t.held, t.together.calls != 0 ? std::min(t.together.held_before, t.held_count) : t.held_count};
}

void note_taken(const Thread &t, const objects::Object &lock) {
  if (t.together.calls != 0 && exhaustive::is_searching()) server::strategy().assumptions()->add_taken_together(lock.address);
}

void note_tried(const Thread &t, const objects::Object &lock) {
  if (t.together.calls == 0 && exhaustive::is_searching()) server::strategy().assumptions()->add_tried(lock.address);
}

namespace {

bool is_lock(const objects::Object &o) { return o.kind == ObjectKind::mutex || o.kind == ObjectKind::rwlock; }

// Does another thread than t keep the lock, so that t cannot have it?
bool is_kept_from(const Thread &t, const objects::Object &lock, bool shared) {
  return std::any_of(execution.threads, execution.threads + execution.thread_count, [&](const Thread &other) {
    const auto kept = kept_by(other);
    return &other != &t && std::any_of(kept.begin(), kept.end(), [&](const detect::HeldLock &held) {
      return held.lock == lock.id && !(held.is_shared && shared);
    });
  });
}

// Has another thread than t taken the lock in a call that would give it back?
bool is_taken_for_a_moment(const Thread &t, const objects::Object &lock) {
  return std::any_of(execution.threads, execution.threads + execution.thread_count, [&](const Thread &other) {
    return &other != &t && std::any_of(other.held + kept_by(other).size(), other.held + other.held_count,
                                       [&](const detect::HeldLock &held) { return held.lock == lock.id; });
  });
}

// A lock of t's call that another thread keeps, or null.
const objects::Object *kept_from_call(const Thread &t) {
  for (std::uint32_t i = 0; i < t.together.count; i++) {
    const objects::Object *lock = execution.objects.find_any(t.together.locks[i]);
    if (lock && is_lock(*lock) && is_kept_from(t, *lock, t.together.is_shared[i])) return lock;
  }
  return nullptr;
}

bool waits_shared(const Thread &t) {
  return t.pending.op == Op::rwlock_lock_shared || t.pending.op == Op::rwlock_timed_lock_shared;
}

}  // namespace

const objects::Object *waits_for(const Thread &t) {
  if (!t.object || !is_lock(*t.object)) return nullptr;
  const objects::Object *kept = waits(t) ? kept_from_call(t) : nullptr;
  return kept ? kept : t.object;
}

bool holds_up_others() {
  return std::any_of(execution.threads, execution.threads + execution.thread_count, [](const Thread &t) {
    if (t.ended || !t.object || !is_lock(*t.object) || !is_taken_for_a_moment(t, *t.object)) return false;
    return waits(t) ? !kept_from_call(t) : !is_kept_from(t, *t.object, waits_shared(t));
  });
}

}  // namespace interleave::runtime::together
