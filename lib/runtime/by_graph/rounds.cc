// Counting rounds by stacks of calls.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/by_graph/rounds.h"

#include <algorithm>
#include <iterator>

#include "runtime/record.h"

namespace interleave::runtime::rounds {
namespace {

// How often one call of a function came to one place in it.
struct Count {
  std::uint64_t execution;
  std::uint64_t call, place;
  std::uint32_t rounds;
};
constexpr std::uint32_t kCounts = 1 << 16, kProbes = 32;      // where there is no room, rounds are not counted
Count counts[kCounts];

// A thread's calls at its last operation, the outermost first.
struct Calls {
  std::uint64_t execution;
  std::uint32_t depth;
  std::uint64_t places[kMostFrames];
  std::uint64_t calls[kMostFrames];        // numbers of the calls that the places are in
} calls_of[model::kMaxThreads];

std::uint64_t number_of_execution, number_of_calls;

std::uint32_t count_round(std::uint64_t call, std::uint64_t place) {
  const std::uint64_t hash = (call ^ place * 0x9e3779b97f4a7c15u) * 0x9e3779b97f4a7c15u >> 40;
  for (std::uint32_t i = 0; i < kProbes; i++) {
    Count &count = counts[(hash + i) % kCounts];
    if (count.execution != number_of_execution) count = {number_of_execution, call, place, 0};
    if (count.call == call && count.place == place) return ++count.rounds;
  }
  return 0;
}

}  // namespace

void begin_execution() {
  number_of_execution++;
}

std::uint32_t come_to(const Thread &t) {
  Calls &last = calls_of[t.id];
  if (last.execution != number_of_execution) last = {number_of_execution, 0, {}, {++number_of_calls}};
  std::uint64_t places[kMostFrames];
  const std::uint32_t depth = calls_here(t.pending.pc, places);
  std::reverse(places, places + depth);
  const std::uint32_t common = std::min(depth, last.depth);
  std::uint32_t first = 0;
  while (first < common && places[first] == last.places[first]) first++;
  if (first == depth && first != 0) first--;            // the same place again
  std::uint32_t most = 0;
  for (std::uint32_t i = first; i < depth; i++) {
    last.places[i] = places[i];
    if (i > first || i >= last.depth) last.calls[i] = i == 0 ? last.calls[0] : ++number_of_calls;
    most = std::max(most, count_round(last.calls[i], places[i]));
  }
  last.depth = depth;
  return most;
}

}  // namespace interleave::runtime::rounds
