// Objects: what each primitive means, written once, for the scheduler and for every engine that comes.
// SPDX-License-Identifier: Apache-2.0
//
// Each kind of object is a small state machine in its own header: a state that is a plain value, when an operation is
// enabled, what it does to the state, and what it returns. They know no scheduler, no clock and no detector, so that an engine
// that enumerates equivalence classes can treat an operation as a guarded read-modify-write of the state.
//
// The table maps an address in the program to the model's state: shim and pthread types keep their size, and libraries
// compiled without us that use the same bytes are under control all the same.
#pragma once

#include <cstdint>

#include "detect/clocks.h"
#include "model/ids.h"
#include "model/operation.h"
#include "objects/barrier.h"
#include "objects/condition.h"
#include "objects/modification_order.h"
#include "objects/mutex.h"
#include "objects/once.h"
#include "objects/rwlock.h"
#include "objects/semaphore.h"
#include "objects/thread_set.h"
#include "support/arena.h"

namespace interleave::objects {

struct Object {
  model::ObjectKind kind;
  model::ObjectId id;
  model::ThreadId creator;
  std::uint64_t address;
  Object *next;                    // in its bucket
  model::StackId created;          // recording: where it was first used
  bool alive;
  struct Graph {                   // exhaustive: see runtime/by_graph/graph_operations.cc
    std::uint64_t name = 0;        // 0: none yet
    std::uint64_t newest = 0;      // atomic: the value of the last store in modification order
    std::uint32_t bytes = 0;       // ... and of its accesses
  } graph;
  detect::Clock clock;             // released by the last operations on it; atomics: see stores
  detect::Clock readers;           // rwlock: released by shared unlocks
  ModificationOrder stores;        // atomic
  union {
    Mutex mutex;
    Rwlock rwlock;
    Condition condition;
    Once once;
    Semaphore semaphore;
    Barrier barrier;
  };
};

// Address -> object; at most one live object begins at an address. Erased ones stay readable
// (reports name them) but are no longer found. Cost: about 10 ns for find(); erase_range() looks at
// one bucket for each 32 bytes of the range, and at most at all of them.
class Table {
 public:
  void begin(support::Arena &arena);
  // find() returns null also when an object of another kind is there.
  Object *find(std::uint64_t address, model::ObjectKind kind) const {
    Object *o = find_any(address);
    return o && o->kind == kind ? o : nullptr;
  }
  Object *find_any(std::uint64_t address) const {
    for (Object *o = buckets_[bucket(address)]; o; o = o->next)
      if (o->address == address) return o;
    return nullptr;
  }
  // make() adds an object; any other object at that address is dead from now on.
  Object *make(std::uint64_t address, model::ObjectKind kind, model::ThreadId creator);
  void erase(Object *object);
  // erase_range() ends the life of every object in freed or reused memory; calls `on` (if any) for
  // each.
  void erase_range(std::uint64_t address, std::uint64_t size, void (*on)(Object *));
  Object *at(model::ObjectId id) const { return id < count_ ? by_id_[id] : nullptr; }
  model::ObjectId count() const { return count_; }

 private:
  // Hashing by granule, not by address, puts what erase_range() looks for into few buckets. 32
  // bytes is the smallest block that malloc gives out, with its header, and holds few objects.
  static constexpr int kGranuleBits = 5;
  static constexpr std::uint32_t kFirstCapacity = 256;

  std::uint64_t bucket(std::uint64_t address) const {
    return ((address >> kGranuleBits) * 0x9e3779b97f4a7c15u) >> shift_;
  }
  void grow();
  Object *unlink_first_in(std::uint64_t bucket, std::uint64_t address, std::uint64_t size);

  support::Arena *arena_ = nullptr;
  Object **buckets_ = nullptr;       // capacity_ of them: the mean chain is at most one object
  Object **by_id_ = nullptr;
  std::uint32_t capacity_ = 0;       // a power of two
  int shift_ = 0;                    // 64 - log2(capacity_)
  model::ObjectId count_ = 0;
};

}  // namespace interleave::objects
