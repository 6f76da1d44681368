// Counting semaphore for the graph engine: objects/semaphore.h as guarded read-modify-writes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cerrno>

#include "explore/graph/object_model.h"
#include "objects/semaphore.h"

namespace interleave::explore::graph {

// expire: of a wait with a deadline, which passes while the count is 0.
enum class SemaphoreStep : std::uint8_t { wait, try_wait, post, expire };

inline ObjectStep semaphore_step(std::uint64_t state, std::uint8_t step, model::ThreadId, std::uint64_t, std::uint32_t) {
  objects::Semaphore s{static_cast<unsigned>(state)};
  int code = 0;
  switch (static_cast<SemaphoreStep>(step)) {
    case SemaphoreStep::wait:
      if (!s.can_wait()) return {.blocked = true};
      s.wait();
      break;
    case SemaphoreStep::try_wait: code = s.try_wait(); break;
    case SemaphoreStep::expire:
      if (s.can_wait()) return {.blocked = true};
      return {.result = ETIMEDOUT};
    case SemaphoreStep::post: code = s.post(); break;
  }
  return {false, s.count != state, s.count, static_cast<std::uint32_t>(code), 1};
}

inline constexpr ObjectModel kSemaphore{"semaphore", semaphore_step};

}  // namespace interleave::explore::graph
