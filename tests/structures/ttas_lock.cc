// A test-and-test-and-set lock: waiters look until the lock is free, then try to take it.
// SPDX-License-Identifier: Apache-2.0
//
// exhaustive: 4
// weakened: data-race
//
// Brute force over SC interleavings counts 4 when every round of waiting is cut, also one whose exchange finds the lock taken again: it
// writes what it has read. (6 with those.)
// Weakened: the exchange that takes the lock is relaxed. It reads the release of the last owner and does not acquire it.
#include <atomic>
#include <cassert>
#include <thread>

#ifdef WEAKENED
constexpr auto kTakes = std::memory_order_relaxed;
#else
constexpr auto kTakes = std::memory_order_acquire;
#endif

std::atomic<bool> locked{false};
int counter = 0;

void increment() {
  do {
    while (locked.load(std::memory_order_relaxed)) std::this_thread::yield();
  } while (locked.exchange(true, kTakes));
  counter++;
  locked.store(false, std::memory_order_release);
}

int main() {
  std::thread a(increment), b(increment);
  a.join();
  b.join();
  assert(counter == 2);
}
