// Dekker's mutual exclusion of two threads, by fences.
// SPDX-License-Identifier: Apache-2.0
//
// exhaustive: 4
// weakened: data-race
// sc: clean
//
// Brute force over SC interleavings counts 4 when every round of waiting is cut.
// Weakened: the fence between one's own wish and the first look at the other's is acq_rel. Both may read the old value, and both enter.
#include <atomic>
#include <cassert>
#include <thread>

#ifdef WEAKENED
constexpr auto kAfterWish = std::memory_order_acq_rel;
#else
constexpr auto kAfterWish = std::memory_order_seq_cst;
#endif

std::atomic<bool> wants[2];
std::atomic<int> turn{0};
int counter = 0;

void increment(int me) {
  const int other = 1 - me;
  wants[me].store(true, std::memory_order_relaxed);
  std::atomic_thread_fence(kAfterWish);
  while (wants[other].load(std::memory_order_relaxed)) {
    if (turn.load(std::memory_order_relaxed) == me) continue;
    wants[me].store(false, std::memory_order_relaxed);
    while (turn.load(std::memory_order_relaxed) != me) std::this_thread::yield();
    wants[me].store(true, std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_seq_cst);
  }
  std::atomic_thread_fence(std::memory_order_acquire);
  counter++;
  turn.store(other, std::memory_order_relaxed);
  std::atomic_thread_fence(std::memory_order_release);
  wants[me].store(false, std::memory_order_relaxed);
}

int main() {
  std::thread a(increment, 0), b(increment, 1);
  a.join();
  b.join();
  assert(counter == 2);
}
