// Mutex for the graph engine: objects/mutex.h as guarded read-modify-writes.
// SPDX-License-Identifier: Apache-2.0
//
// The state is the kind, the owner and the depth; an operation's `initial` says the kind (state_of()). The result is the
// return value in the low and the misuse in the high half. Robust mutexes are not represented.
#pragma once

#include <cerrno>

#include "explore/graph/object_model.h"
#include "objects/mutex.h"

namespace interleave::explore::graph {

// expire: of a lock with a deadline, which passes while the mutex is held.
enum class MutexStep : std::uint8_t { lock, try_lock, unlock, expire };

inline std::uint64_t state_of(const objects::Mutex &m) {
  return std::uint64_t{m.depth} << 32 | (m.is_held() ? m.owner + 1u : 0u) << 8 | static_cast<std::uint64_t>(m.kind);
}

inline ObjectStep mutex_step(std::uint64_t state, std::uint8_t step, model::ThreadId t, std::uint64_t, std::uint32_t) {
  const std::uint32_t owner = static_cast<std::uint32_t>(state) >> 8;
  objects::Mutex m;
  m.kind = static_cast<objects::MutexKind>(state & 0xff);
  m.owner = owner == 0 ? model::kNoThread : owner - 1;
  m.depth = static_cast<std::uint32_t>(state >> 32);
  objects::Misuse misuse = objects::Misuse::none;
  int code = 0;
  switch (static_cast<MutexStep>(step)) {
    case MutexStep::lock:
      if (!m.can_lock(t)) return {.blocked = true};
      code = m.lock(t);
      break;
    case MutexStep::try_lock: code = m.try_lock(t); break;
    case MutexStep::expire:
      if (m.can_lock(t)) return {.blocked = true};
      return {.result = ETIMEDOUT};
    case MutexStep::unlock: code = m.unlock(t, &misuse); break;
  }
  const std::uint64_t after = state_of(m);
  return {false, after != state, after,
          static_cast<std::uint64_t>(misuse) << 32 | static_cast<std::uint32_t>(code), 1};
}

inline constexpr ObjectModel kMutex{"mutex", mutex_step};

}  // namespace interleave::explore::graph
