// Locks that one call takes together: std::lock, and so std::scoped_lock of several mutexes ([thread.lock.algorithm]).
// SPDX-License-Identifier: Apache-2.0
//
// libstdc++ waits for one of them, tries the others, and, where one is held, gives all back and begins again with that one. By graph each such
// round would be one more execution, and two threads that name two mutexes in opposite orders have no last one. But nobody can tell that
// a mutex was held for a moment, unless they try it: an execution with such rounds is otherwise the one without them. So by graph a try inside
// the call *waits*: the locks are taken one after the other, as they are named, and no round fails.
//
// A thread that waits so would have given back what the call has taken. So where nobody can go on, that is a deadlock only if nobody could
// if all of that were given back, and each call is taken for a wait until all of its locks are free (holds_up_others()). Else the
// execution is none; those in which others are first are explored, too.
//
// Where others do try, or give up after a time, mutexes that are also taken together, the search may have missed that they meet one that is
// held for a moment only: the verdict says that (explore/graph/assumptions.h).
//
// Limits: a call with more than eight locks is the loop that it is.
#pragma once

#include <span>

#include "runtime/execution.h"

namespace interleave::runtime::together {

// The thread begins and ends a call of std::lock. See interleave/runtime.h.
void enter(Thread &t, std::span<const void *const> locks, std::uint32_t guards, std::uint32_t shared);
void leave(Thread &t);

// waits() tells whether a try that t is about to make waits instead.
bool waits(const Thread &t);

// kept_by() is what t holds and would not give back, were it to wait now.
std::span<const detect::HeldLock> kept_by(const Thread &t);
// waits_for() is the lock that t, who is stuck, waits for: in a call, one that somebody keeps. Null: t.object is no lock.
const objects::Object *waits_for(const Thread &t);

// t has taken the lock.
void note_taken(const Thread &t, const objects::Object &lock);
// Somebody tries the lock, or waits for some time only.
void note_tried(const Thread &t, const objects::Object &lock);

// holds_up_others() tells, where nobody can go on, whether somebody could if all calls gave back what they have taken.
bool holds_up_others();

}  // namespace interleave::runtime::together
