// The primitives of lib/objects as the graph engine sees them: a state of 64 bits and steps.
// SPDX-License-Identifier: Apache-2.0
//
// Each model packs the primitive's own state, applies the primitive's own functions to it, and packs it again; what a lock means is said in
// lib/objects only. Steps whose guard is false are blocked. A misuse (unlock by another thread) leaves the state as it is; telling of it is
// the runtime's business, which asks the same primitive.
#pragma once

#include <cstdint>

#include "explore/graph/object_model.h"
#include "objects/mutex.h"
#include "objects/once.h"
#include "objects/rwlock.h"
#include "objects/semaphore.h"

namespace interleave::explore::graph {

enum class MutexStep : std::uint8_t { lock, try_lock, unlock };                                  // result: error number
enum class RwlockStep : std::uint8_t { lock, try_lock, lock_shared, try_lock_shared, unlock };   // result: error number
enum class SemaphoreStep : std::uint8_t { wait, try_wait, post };                                // result: error number
enum class OnceStep : std::uint8_t { enter, leave };   // enter: 1, run the initialiser; leave: operand 1, it succeeded

extern const ObjectModel kMutexModel, kRwlockModel, kSemaphoreModel, kOnceModel;

// pack() requires thread ids below kMaxPackedThreads; an rwlock's readers are a set within 64 bits.
inline constexpr model::ThreadId kMaxPackedThreads = 40;
std::uint64_t pack(const objects::Mutex &);
std::uint64_t pack(const objects::Rwlock &);
std::uint64_t pack(const objects::Semaphore &);
std::uint64_t pack(const objects::Once &);

}  // namespace interleave::explore::graph
