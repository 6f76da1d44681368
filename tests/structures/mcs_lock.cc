// An MCS lock: waiters queue up, each spins on a flag of its own node.
// SPDX-License-Identifier: Apache-2.0
//
// exhaustive: 66
// blocked: no
// weakened: livelock
// sc: clean
//
// Mellor-Crummey and Scott, Algorithms for Scalable Synchronization on Shared-Memory Multiprocessors, TOCS 1991.
// Brute force over SC interleavings counts 66 when every round of waiting is cut, as here.
// Weakened: the store that links a waiter to the one before it is relaxed. Then nothing orders the waiter's own "I wait" before the
// owner's "go": the "go" may come first in modification order, and the waiter waits for ever.
#include <atomic>
#include <cassert>
#include <thread>

#ifdef WEAKENED
constexpr auto kLinks = std::memory_order_relaxed;
#else
constexpr auto kLinks = std::memory_order_release;
#endif

struct Node {
  std::atomic<Node *> next{nullptr};
  std::atomic<bool> waits{false};
};

std::atomic<Node *> tail{nullptr};
int counter = 0;

void lock(Node &mine) {
  mine.waits.store(true, std::memory_order_relaxed);
  Node *before = tail.exchange(&mine, std::memory_order_acq_rel);
  if (!before) return;
  before->next.store(&mine, kLinks);
  while (mine.waits.load(std::memory_order_acquire)) std::this_thread::yield();
}

void unlock(Node &mine) {
  Node *next = mine.next.load(std::memory_order_acquire);
  if (!next) {
    Node *expected = &mine;
    if (tail.compare_exchange_strong(expected, nullptr, std::memory_order_release, std::memory_order_relaxed)) return;
    while (!(next = mine.next.load(std::memory_order_acquire))) std::this_thread::yield();
  }
  next->waits.store(false, std::memory_order_release);
}

Node nodes[3];

void increment(int n) {
  lock(nodes[n]);
  counter++;
  unlock(nodes[n]);
}

int main() {
  std::thread a(increment, 0), b(increment, 1), c(increment, 2);
  a.join();
  b.join();
  c.join();
  assert(counter == 3);
}
