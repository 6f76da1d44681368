// Reader-writer lock for the graph engine: objects/rwlock.h as guarded read-modify-writes.
// SPDX-License-Identifier: Apache-2.0
//
// Limits: threads below 48, 255 shared holds; others are misuse-free but not representable, and end the process. Shared locks of
// one lock are ordered like any two operations on it, so that n readers give up to n! classes where few differ.
#pragma once

#include <cerrno>

#include "explore/graph/object_model.h"
#include "objects/rwlock.h"
#include "support/check.h"

namespace interleave::explore::graph {

// expire: of a lock with a deadline, which passes while the lock is held.
enum class RwlockStep : std::uint8_t { lock, try_lock, lock_shared, try_lock_shared, unlock, expire, expire_shared };

// Readers in the low 48 bits, holds in the next 8, writer + 1 in the highest 8.
inline std::uint64_t state_of(const objects::Rwlock &l) {
  const std::uint64_t writer = l.writer == model::kNoThread ? 0 : l.writer + 1u;
  CHECK(l.readers.words[0] >> 48 == 0 && l.shared < 256 && writer < 256, "too many holders of a reader-writer lock");
  return writer << 56 | std::uint64_t{l.shared} << 48 | l.readers.words[0];
}

inline ObjectStep rwlock_step(std::uint64_t state, std::uint8_t step, model::ThreadId t, std::uint64_t, std::uint32_t) {
  objects::Rwlock l;
  if (state >> 56 != 0) l.writer = static_cast<model::ThreadId>((state >> 56) - 1);
  l.shared = state >> 48 & 0xff;
  l.readers.words[0] = state & 0xffffffffffff;
  objects::Misuse misuse = objects::Misuse::none;
  int code = 0;
  bool was_exclusive;
  switch (static_cast<RwlockStep>(step)) {
    case RwlockStep::lock:
      if (!l.can_lock(t)) return {.blocked = true};
      code = l.lock(t);
      break;
    case RwlockStep::try_lock: code = l.try_lock(t); break;
    case RwlockStep::lock_shared:
      if (!l.can_lock_shared(t)) return {.blocked = true};
      code = l.lock_shared(t);
      break;
    case RwlockStep::try_lock_shared: code = l.try_lock_shared(t); break;
    case RwlockStep::expire:
      if (l.can_lock(t)) return {.blocked = true};
      return {.result = ETIMEDOUT};
    case RwlockStep::expire_shared:
      if (l.can_lock_shared(t)) return {.blocked = true};
      return {.result = ETIMEDOUT};
    case RwlockStep::unlock: misuse = l.unlock(t, &was_exclusive); break;
  }
  const std::uint64_t after = state_of(l);
  return {false, after != state, after,
          static_cast<std::uint64_t>(misuse) << 32 | static_cast<std::uint32_t>(code), 1};
}

inline constexpr ObjectModel kRwlock{"rwlock", rwlock_step};

}  // namespace interleave::explore::graph
