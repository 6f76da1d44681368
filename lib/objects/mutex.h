// Mutex: std::mutex and its kin, pthread_mutex_t of every type ([thread.mutex], POSIX pthread_mutex_lock).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cerrno>
#include <cstdint>

#include "model/ids.h"

namespace interleave::objects {

enum class MutexKind : std::uint8_t { normal, recursive, error_checking };

// How an operation broke the contract of an object; the standard leaves the behaviour undefined.
enum class Misuse : std::uint8_t {
  none, unlock_not_held, unlock_other_thread, relock, destroy_while_held, destroy_with_waiters, wait_without_lock,
};

// Of a robust mutex: its owner ended without unlocking it; and nobody repaired it after that.
enum class MutexState : std::uint8_t { sound, owner_died, lost };

struct Mutex {
  MutexKind kind = MutexKind::normal;
  bool robust = false;
  MutexState state = MutexState::sound;
  model::ThreadId owner = model::kNoThread;
  std::uint32_t depth = 0;

  bool is_held() const { return owner != model::kNoThread; }

  // Is a lock by t enabled? Relocking a normal mutex never is: a deadlock of one thread.
  bool can_lock(model::ThreadId t) const { return !is_held() || (owner == t && kind != MutexKind::normal); }

  // lock() requires can_lock(t). Returns 0; EOWNERDEAD, and the mutex is taken; EDEADLK (error checking mutex), ENOTRECOVERABLE.
  int lock(model::ThreadId t) {
    if (owner == t && kind == MutexKind::error_checking) return EDEADLK;
    if (state == MutexState::lost) return ENOTRECOVERABLE;
    bool inherits = state == MutexState::owner_died && !is_held();
    owner = t;
    depth++;
    return inherits ? EOWNERDEAD : 0;
  }
  // try_lock() returns 0 or EBUSY.
  int try_lock(model::ThreadId t) {
    if (is_held() && (owner != t || kind != MutexKind::recursive)) return EBUSY;
    return lock(t);
  }
  // unlock() returns 0, or EPERM where the type defines that; otherwise *misuse tells what is undefined.
  int unlock(model::ThreadId t, Misuse *misuse) {
    *misuse = Misuse::none;
    if (owner != t) {
      if (kind != MutexKind::normal) return EPERM;
      *misuse = is_held() ? Misuse::unlock_other_thread : Misuse::unlock_not_held;
      return 0;
    }
    if (--depth == 0) owner = model::kNoThread;
    if (depth == 0 && state == MutexState::owner_died) state = MutexState::lost;
    return 0;
  }
  void owner_ends() {
    owner = model::kNoThread;
    depth = 0;
    state = MutexState::owner_died;
  }
  int make_consistent(model::ThreadId t) {
    if (owner != t || state != MutexState::owner_died) return EINVAL;
    state = MutexState::sound;
    return 0;
  }
  Misuse destroy() const { return is_held() ? Misuse::destroy_while_held : Misuse::none; }
};

}  // namespace interleave::objects
