// Vector clocks of threads and of synchronisation objects: what happens before what.
// SPDX-License-Identifier: Apache-2.0
//
// [intro.races] as vector clocks (Mattern 1989; the thread-local tick rule of FastTrack, Flanagan
// and Freund 2009): every thread has a clock; a release copies or joins it into the object's clock
// and ticks the thread, an acquire joins the object's clock into the thread's. An event e of thread
// t with time c happens before the present of u iff clock(u)[t] >= c.
//
// Cost: linear in the number of threads that the two clocks have heard of; no allocation once a
// clock has grown to that number (tests/bench/detect_bench.cc).
#pragma once

#include <cstdint>
#include <cstring>

#include "model/ids.h"
#include "support/arena.h"

namespace interleave::detect {

using Time = std::uint32_t;

// A moment of one thread; 0 is "never". Times start at 1.
struct Epoch {
  std::uint64_t bits = 0;
  static Epoch of(model::ThreadId t, Time c) { return {std::uint64_t{t} << 32 | c}; }
  model::ThreadId thread() const { return static_cast<model::ThreadId>(bits >> 32); }
  Time time() const { return static_cast<Time>(bits); }
  bool is_never() const { return bits == 0; }
  friend bool operator==(Epoch, Epoch) = default;
};

// A vector clock. Entries past `size` are 0. Grows inside an arena; copies share the entries.
struct Clock {
  std::uint32_t size = 0, capacity = 0;
  Time *times = nullptr;

  Time at(model::ThreadId t) const { return t < size ? times[t] : 0; }
  bool knows(Epoch e) const { return at(e.thread()) >= e.time(); }
  void set(model::ThreadId t, Time c, support::Arena &arena) {
    if (t >= size) extend(t + 1, arena);
    times[t] = c;
  }
  // join() takes the pointwise maximum.
  void join(const Clock &other, support::Arena &arena) {
    if (other.size > size) extend(other.size, arena);
    for (std::uint32_t i = 0; i < other.size; i++) {
      if (times[i] < other.times[i]) times[i] = other.times[i];
    }
  }
  void assign(const Clock &other, support::Arena &arena) {
    if (other.size > capacity) grow(other.size, arena);
    if (other.size != 0) std::memmove(times, other.times, other.size * sizeof(Time));
    size = other.size;
  }
  void clear() { size = 0; }
  bool less_or_equal(const Clock &other) const;  // pointwise

 private:
  void extend(std::uint32_t new_size, support::Arena &arena);  // new entries are 0
  void grow(std::uint32_t wanted, support::Arena &arena);      // capacity only; keeps the entries
};

// The clocks of all threads of one execution.
class Clocks {
 public:
  // begin() forgets everything; thread 0 exists. The arena must have been reset before.
  void begin(support::Arena &arena);

  // create(): all of parent so far happens before child. join(): all of `ended` happens before the
  // rest of joiner.
  void create(model::ThreadId parent, model::ThreadId child);
  void join(model::ThreadId joiner, model::ThreadId ended);

  void acquire(model::ThreadId t, const Clock &object) { threads_[t].now.join(object, *arena_); }
  // release() joins into the object's clock, release_assign() replaces it; both then tick t.
  void release(model::ThreadId t, Clock &object) {
    object.join(threads_[t].now, *arena_);
    tick(t);
  }
  void release_assign(model::ThreadId t, Clock &object) {
    object.assign(threads_[t].now, *arena_);
    tick(t);
  }

  // Fences ([atomics.fences]). A relaxed load remembers what it saw for a later acquire fence; a
  // release fence remembers the thread's clock for later relaxed stores.
  void remember(model::ThreadId t, const Clock &object) { threads_[t].seen.join(object, *arena_); }
  void acquire_fence(model::ThreadId t);
  void release_fence(model::ThreadId t);
  // fenced() is the clock of the last release fence.
  const Clock &fenced(model::ThreadId t) const { return threads_[t].released; }
  // acq_rel and seq_cst fences do both. Two seq_cst fences alone order nothing ([atomics.order]/4 gives them a
  // place in one total order, not happens-before).
  void seq_cst_fence(model::ThreadId t);

  const Clock &of(model::ThreadId t) const { return threads_[t].now; }
  Time time(model::ThreadId t) const { return epochs_[t].time(); }
  Epoch epoch(model::ThreadId t) const { return epochs_[t]; }
  bool happens_before(Epoch e, model::ThreadId t) const { return threads_[t].now.knows(e); }
  // Only creation and joining of threads: what holds in every schedule (for the lock-order graph).
  const Clock &forks_of(model::ThreadId t) const { return threads_[t].forks; }
  support::Arena &arena() const { return *arena_; }

 private:
  struct Thread {
    Clock now, forks, seen, released;
  };
  void tick(model::ThreadId t) { threads_[t].now.times[t] = ++epochs_[t].bits & UINT32_MAX; }

  support::Arena *arena_ = nullptr;
  model::ThreadId used_ = 0;  // threads_[used_ ..] are as default-constructed
  Epoch epochs_[model::kMaxThreads];  // == (t, threads_[t].now[t]): one load for the race detector
  Thread threads_[model::kMaxThreads];
};

}  // namespace interleave::detect
