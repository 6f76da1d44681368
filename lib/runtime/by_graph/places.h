// Places: which thread of one execution is which of another, when several threads create threads.
// SPDX-License-Identifier: Apache-2.0
//
// A thread's id counts creations in the order of execution, so it is another one when two creators go in another order. Its *place* is a
// function of the path of creations that led to it (the second thread that the first thread of main created): what must be the same in
// every execution by graph hangs on it: the thread of the graph engine, the stack, the slice of the heap, the numbers.
//
// While searching, a path gets the next free place when it is first met, and keeps it in the campaign's memory, where all processes that
// search see it. Elsewhere the place is the id; so a program whose behaviour depends on addresses may not repeat in a replay
// what it did in the search, if its threads are created in an order other than the first one met.
#pragma once

#include "runtime/execution.h"

namespace interleave::runtime::places {

// forget() is called before a new search.
void forget();
// of_next_child() is the place of the thread that `parent` creates next; kNoThread: there are too many.
ThreadId of_next_child(const Thread &parent);
// The thread of this execution at a place; null: it has none there.
Thread *find(ThreadId place);

}  // namespace interleave::runtime::places
