// Vector clocks: growth, threads and fences.
// SPDX-License-Identifier: Apache-2.0
#include "detect/clocks.h"

#include "support/check.h"

namespace interleave::detect {

void Clock::grow(std::uint32_t wanted, support::Arena &arena) {
  // Doubling from 8: one cache line holds two such clocks, and most programs have no ninth thread.
  std::uint32_t larger = capacity < 8 ? 8 : capacity * 2;
  while (larger < wanted) larger *= 2;
  Time *moved = arena.take_array<Time>(larger);
  if (size != 0) std::memcpy(moved, times, size * sizeof(Time));
  times = moved;
  capacity = larger;
}

void Clock::extend(std::uint32_t new_size, support::Arena &arena) {
  if (new_size > capacity) grow(new_size, arena);
  std::memset(times + size, 0, (new_size - size) * sizeof(Time));
  size = new_size;
}

bool Clock::less_or_equal(const Clock &other) const {
  for (std::uint32_t i = 0; i < size; i++) {
    if (times[i] > other.at(i)) return false;
  }
  return true;
}

void Clocks::begin(support::Arena &arena) {
  arena_ = &arena;
  for (model::ThreadId t = 0; t < used_; t++) {
    threads_[t] = Thread();
    epochs_[t] = Epoch();
  }
  used_ = 1;
  epochs_[0] = Epoch::of(0, 1);
  threads_[0].now.set(0, 1, arena);
  threads_[0].forks.set(0, 1, arena);
}

void Clocks::create(model::ThreadId parent, model::ThreadId child) {
  CHECK(child < model::kMaxThreads, "more threads than clocks");
  CHECK(epochs_[child].is_never(), "a thread was created twice");
  if (child >= used_) used_ = child + 1;
  Thread &from = threads_[parent], &to = threads_[child];
  to.now.assign(from.now, *arena_);
  to.now.set(child, 1, *arena_);
  to.forks.assign(from.forks, *arena_);
  to.forks.set(child, 1, *arena_);
  epochs_[child] = Epoch::of(child, 1);
  tick(parent);
  from.forks.times[parent]++;
}

void Clocks::join(model::ThreadId joiner, model::ThreadId ended) {
  threads_[joiner].now.join(threads_[ended].now, *arena_);
  threads_[joiner].forks.join(threads_[ended].forks, *arena_);
}

void Clocks::acquire_fence(model::ThreadId t) {
  threads_[t].now.join(threads_[t].seen, *arena_);
  threads_[t].seen.clear();  // now <= clock of t for good
}

void Clocks::release_fence(model::ThreadId t) {
  threads_[t].released.assign(threads_[t].now, *arena_);
  tick(t);  // what t does between the fence and the store that carries it is not released
}

void Clocks::seq_cst_fence(model::ThreadId t) {
  acquire_fence(t);
  release_fence(t);
}

}  // namespace interleave::detect
