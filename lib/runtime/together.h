// Locks that one call takes together: std::lock, and so std::scoped_lock of several mutexes ([thread.lock.algorithm]).
// SPDX-License-Identifier: Apache-2.0
//
// libstdc++ waits for one of them, tries the others, and, where one is held, gives all back and begins again with that one. By graph each such
// round would be one more execution, and two threads that name two mutexes in opposite orders have no last one. But nobody can tell that
// a mutex was held for a moment, unless they try it: an execution with such rounds is otherwise the one without them. So by graph a try inside
// the call *waits*: the locks are taken one after the other, as they are named, and no round fails.
//
// A thread that waits so would have given back what the call has taken. Where another one waits for that, the execution is none
// (is_in_the_way()): the ones in which either is first are explored, too.
//
// Where others do try, or give up after a time, mutexes that are also taken together, the search may have missed that they meet one that is
// held for a moment only: the verdict says that (explore/graph/assumptions.h).
#pragma once

#include <span>

#include "runtime/execution.h"

namespace interleave::runtime::together {

// The thread begins and ends a call of std::lock.
void enter(Thread &t);
void leave(Thread &t);

// waits() tells whether a try that t is about to make waits instead.
bool waits(const Thread &t);

// kept_by() is what t holds and would not give back, were it to wait now.
std::span<const detect::HeldLock> kept_by(const Thread &t);

// t has taken the lock.
void note_taken(const Thread &t, const objects::Object &lock);
// Somebody tries the lock, or waits for some time only.
void note_tried(const Thread &t, const objects::Object &lock);

// is_in_the_way() tells, where nobody can go on, whether somebody waits for a lock that another one would give back.
bool is_in_the_way();

}  // namespace interleave::runtime::together
