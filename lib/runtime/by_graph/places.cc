// The table of paths.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/by_graph/places.h"

#include <atomic>
#include <cstring>

#include "runtime/by_graph/exhaustive.h"

namespace interleave::runtime::places {

void forget() { std::memset(execution.campaign->places, 0, sizeof execution.campaign->places); }

// Entry p says of place p + 1 who creates it: the creator's place and which of its creations it is. 0: free; several processes may
// search at once, so it is taken by compare-exchange.
ThreadId of_next_child(const Thread &parent) {
  if (!exhaustive::is_searching()) return execution.thread_count < model::kMaxThreads ? execution.thread_count : model::kNoThread;
  const std::uint32_t path = (parent.place + 1) << 16 | (parent.created & 0xffff);
  for (ThreadId place = 1; place < model::kMaxThreads; place++) {
    std::atomic_ref<std::uint32_t> entry(execution.campaign->places[place - 1]);
    std::uint32_t found = 0;
    if (entry.compare_exchange_strong(found, path) || found == path) return place;
  }
  return model::kNoThread;
}

Thread *find(ThreadId place) {
  for (ThreadId i = 0; i < execution.thread_count; i++)
    if (execution.threads[i].place == place) return &execution.threads[i];
  return nullptr;
}

}  // namespace interleave::runtime::places
