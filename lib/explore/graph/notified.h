// Whether the atomic waits of an execution could not have slept for ever, so that it stands for those in which they sleep and are woken.
// SPDX-License-Identifier: Apache-2.0
//
// In the graph a wait is an await: the load that found another value. A notify is a local event. What is not there are executions in
// which a wait has found the old value, is asleep, and is never notified although the value has changed (a lost wake-up). Take one, with
// the waits that sleep in it left out; let each find the newest value and the program go on. This is an execution that was
// explored, and a wait that slept reads there a store S that no notify followed: one that S happens before would have found the wait
// asleep, or the wait would have come later and have found S. So it is enough to see that S happens before a notify that does not itself
// need that the wait goes on, nor another one of which the same is not yet seen. (A wait that finds the initial value, or a store
// it knew, could not have slept.)
//
// Which notify wakes whom must not matter: see assumptions.h.
//
// Cost: waits times notifies; nothing where there are none.
#pragma once

#include "explore/graph/graph.h"

namespace interleave::explore::graph {

// The location that stands for the waiters at an address.
constexpr std::uint64_t queue_at(std::uint64_t address) { return std::uint64_t{1} << 62 | (address & 0xffffffffffff); }

// A notify as a local event: one choice of one, at the location of the queue.
bool are_waits_notified(const Graph &g);

}  // namespace interleave::explore::graph
