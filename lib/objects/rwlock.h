// Rwlock: std::shared_mutex and pthread_rwlock_t, with no preference between readers and writers.
// SPDX-License-Identifier: Apache-2.0
//
// POSIX and [thread.sharedmutex] leave open who goes first when the lock becomes free; here every waiter whose operation is
// enabled may be chosen, so all preferences are explored. Upgrading (a reader that asks for the exclusive lock) is not
// enabled while the reader itself holds the lock shared: a deadlock, as in real life.
#pragma once

#include <cerrno>
#include <cstdint>

#include "model/ids.h"
#include "objects/mutex.h"
#include "objects/thread_set.h"

namespace interleave::objects {

struct Rwlock {
  model::ThreadId writer = model::kNoThread;
  ThreadSet readers;             // who holds it shared
  std::uint32_t shared = 0;      // ... how often in all (a thread may hold it shared more than once)

  bool is_held() const { return writer != model::kNoThread || shared > 0; }
  bool can_lock(model::ThreadId t) const { return !is_held() || writer == t; }   // EDEADLK for the owner, as glibc
  bool can_lock_shared(model::ThreadId) const { return writer == model::kNoThread; }

  int lock(model::ThreadId t) {
    if (writer == t) return EDEADLK;
    writer = t;
    return 0;
  }
  int try_lock(model::ThreadId t) {
    if (is_held()) return EBUSY;
    return lock(t);
  }
  int lock_shared(model::ThreadId t) {
    readers.add(t);
    shared++;
    return 0;
  }
  int try_lock_shared(model::ThreadId t) {
    if (writer != model::kNoThread) return EBUSY;
    return lock_shared(t);
  }
  // unlock() ends the writer's or one shared hold. *was_exclusive tells which it was.
  Misuse unlock(model::ThreadId t, bool *was_exclusive) {
    *was_exclusive = writer == t;
    if (writer == t) {
      writer = model::kNoThread;
      return Misuse::none;
    }
    if (!readers.has(t)) return is_held() ? Misuse::unlock_other_thread : Misuse::unlock_not_held;
    // A thread that holds it twice keeps its place in the set until the last hold of all is gone: which of the threads'
    // holds ended is not observable.
    if (--shared == 0) readers.clear();
    else if (shared < readers.size()) readers.remove(t);
    return Misuse::none;
  }
  Misuse destroy() const { return is_held() ? Misuse::destroy_while_held : Misuse::none; }
};

}  // namespace interleave::objects
