// LockGraph: lock orders that form a cycle: another schedule might deadlock if this did not.
// SPDX-License-Identifier: Apache-2.0
//
// Goodlock (Havelund 2000) with iGoodlock's chains (Joshi et al., PLDI 2009): every acquisition
// while other locks are held is a dependency (thread, held set, lock, fork/join clock). A cycle is
// a chain of dependencies of distinct threads, each of which wants a lock that the next one holds,
// the last one a lock of the first, such that
//   each thread really blocks: not both sides of a link are shared (a writer queued in between,
//     which makes some implementations block readers, is not considered);
//   no gate lock keeps two of them apart: a lock held by both is a gate unless both hold it shared;
//   no two of them are ordered by creation and joining of threads;
//   the wanted locks are distinct (otherwise a shorter cycle is in it).
// Re-entry and try-locks make no dependency: the caller leaves them out, though a lock got by
// trying is held later.
//
// Cost: acquired() is one look-up in a hash table; equal dependencies are kept once. find_cycles()
// first peels off the dependencies that nothing waits for or that wait for nothing, which leaves
// none when all locks follow one order, and then searches depth first for 2, 3, ... threads.
#pragma once

#include <cstdint>
#include <span>

#include "detect/clocks.h"
#include "model/ids.h"
#include "support/arena.h"

namespace interleave::detect {

// A lock held by a thread.
struct HeldLock {
  model::ObjectId lock;
  bool is_shared;
  std::uint64_t site;
};

struct LockEdge {
  model::ThreadId thread;
  HeldLock held;    // the lock of the cycle it held
  HeldLock wanted;  // ... and the one it then took
};

class LockGraph {
 public:
  void begin(support::Arena &arena);  // forgets everything; arena as for Clocks
  // acquired(): thread t took `lock` by a blocking operation while holding `held`. Call for every
  // such acquisition with held nonempty.
  void acquired(model::ThreadId t, HeldLock lock, std::span<const HeldLock> held,
                const Clock &forks);
  // find_cycles() calls `report` once for each distinct cycle (same locks, same threads count
  // once), shortest first, up to `most` cycles; a cycle is 2..kMaxCycle edges, each holding what
  // the one before wants; it begins with its lowest thread. Returns how many. The sites are those
  // of the first acquisition of each kind.
  static constexpr int kMaxCycle = 8;
  using Report = void (*)(void *context, std::span<const LockEdge> cycle);
  int find_cycles(Report report, void *context, int most) const;
  bool has_dependencies() const;
  // gave_up(): the last find_cycles() stopped after kMaxLinks links of chains, so that longer
  // cycles may be missing. Takes dozens of threads that all nest the same locks both ways.
  static constexpr std::uint64_t kMaxLinks = std::uint64_t{1} << 22;
  bool gave_up() const;

 private:
  struct Impl;
  class Search;
  Impl *impl_ = nullptr;
};

}  // namespace interleave::detect
