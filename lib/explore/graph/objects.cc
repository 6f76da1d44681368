// Packing, unpacking, and one function each from a step's number to the primitive's own function.
// SPDX-License-Identifier: Apache-2.0
#include "explore/graph/objects.h"

#include "support/check.h"

namespace interleave::explore::graph {
namespace {

using objects::Mutex;
using objects::MutexKind;
using objects::Once;
using objects::Rwlock;
using objects::Semaphore;

// A thread in 8 bits: 0 is none.
std::uint64_t pack_thread(model::ThreadId t) { return t == model::kNoThread ? 0 : t + 1; }
model::ThreadId unpack_thread(std::uint64_t bits) {
  return (bits & 0xff) == 0 ? model::kNoThread : static_cast<model::ThreadId>(bits & 0xff) - 1;
}

Mutex unpack_mutex(std::uint64_t state) {
  Mutex m;
  m.owner = unpack_thread(state);
  m.kind = static_cast<MutexKind>(state >> 8 & 0xff);
  m.depth = static_cast<std::uint32_t>(state >> 32);
  return m;
}

Rwlock unpack_rwlock(std::uint64_t state) {
  Rwlock l;
  l.writer = unpack_thread(state);
  l.shared = static_cast<std::uint32_t>(state >> 8 & 0xffff);
  l.readers.words[0] = state >> 24;
  return l;
}

constexpr ObjectStep kBlocked{.blocked = true};

template <class Object>
ObjectStep done(std::uint64_t before, const Object &after, std::uint64_t result) {
  const std::uint64_t state = pack(after);
  return {.writes = state != before, .state = state, .result = result};
}

std::uint64_t error(int number) { return static_cast<std::uint64_t>(number); }

ObjectStep mutex_step(std::uint64_t state, std::uint8_t step, model::ThreadId t, std::uint64_t, std::uint32_t) {
  Mutex m = unpack_mutex(state);
  objects::Misuse misuse;
  switch (static_cast<MutexStep>(step)) {
    case MutexStep::lock:
      if (!m.can_lock(t)) return kBlocked;
      return done(state, m, error(m.lock(t)));
    case MutexStep::try_lock: return done(state, m, error(m.try_lock(t)));
    case MutexStep::unlock: return done(state, m, error(m.unlock(t, &misuse)));
  }
  return kBlocked;
}

ObjectStep rwlock_step(std::uint64_t state, std::uint8_t step, model::ThreadId t, std::uint64_t, std::uint32_t) {
  Rwlock l = unpack_rwlock(state);
  bool was_exclusive;
  switch (static_cast<RwlockStep>(step)) {
    case RwlockStep::lock:
      if (!l.can_lock(t)) return kBlocked;
      return done(state, l, error(l.lock(t)));
    case RwlockStep::try_lock: return done(state, l, error(l.try_lock(t)));
    case RwlockStep::lock_shared:
      if (!l.can_lock_shared(t)) return kBlocked;
      return done(state, l, error(l.lock_shared(t)));
    case RwlockStep::try_lock_shared: return done(state, l, error(l.try_lock_shared(t)));
    case RwlockStep::unlock: l.unlock(t, &was_exclusive); return done(state, l, 0);
  }
  return kBlocked;
}

ObjectStep semaphore_step(std::uint64_t state, std::uint8_t step, model::ThreadId, std::uint64_t, std::uint32_t) {
  Semaphore s{static_cast<unsigned>(state)};
  switch (static_cast<SemaphoreStep>(step)) {
    case SemaphoreStep::wait:
      if (!s.can_wait()) return kBlocked;
      s.wait();
      return done(state, s, 0);
    case SemaphoreStep::try_wait: return done(state, s, error(s.try_wait()));
    case SemaphoreStep::post: return done(state, s, error(s.post()));
  }
  return kBlocked;
}

ObjectStep once_step(std::uint64_t state, std::uint8_t step, model::ThreadId t, std::uint64_t operand, std::uint32_t) {
  Once o;
  o.runner = unpack_thread(state);
  o.state = static_cast<Once::State>(state >> 8 & 0xff);
  if (static_cast<OnceStep>(step) == OnceStep::enter) {
    if (!o.can_enter(t)) return kBlocked;
    return done(state, o, o.enter(t));
  }
  o.leave(operand != 0);
  return done(state, o, 0);
}

}  // namespace

// The arguments of done() are evaluated in some order: each step function changes its object in the last one, and packs it inside.
std::uint64_t pack(const Mutex &m) {
  return pack_thread(m.owner) | std::uint64_t(m.kind) << 8 | std::uint64_t{m.depth} << 32;
}

std::uint64_t pack(const Rwlock &l) {
  return pack_thread(l.writer) | std::uint64_t{l.shared & 0xffff} << 8 | l.readers.words[0] << 24;
}

std::uint64_t pack(const Semaphore &s) { return s.count; }

std::uint64_t pack(const Once &o) { return pack_thread(o.runner) | std::uint64_t(o.state) << 8; }

const ObjectModel kMutexModel{"mutex", mutex_step};
const ObjectModel kRwlockModel{"rwlock", rwlock_step};
const ObjectModel kSemaphoreModel{"semaphore", semaphore_step};
const ObjectModel kOnceModel{"once", once_step};

}  // namespace interleave::explore::graph
