// A ring for one producer and one consumer, with one slot that is used again.
// SPDX-License-Identifier: Apache-2.0
//
// exhaustive: 32
// weakened: data-race
//
// The number is measured. Brute force over SC interleavings counts 1 (each side can only wait for the other) when every round
// of waiting is cut; here a round that reads another old value than the one before it is gone through.
// Weakened: the consumer frees the slot with a relaxed store. The producer may write the next item while the last one is being read.
#include <atomic>
#include <cassert>
#include <thread>

#ifdef WEAKENED
constexpr auto kFrees = std::memory_order_relaxed;
#else
constexpr auto kFrees = std::memory_order_release;
#endif

constexpr unsigned kSlots = 1;
int slots[kSlots];
std::atomic<unsigned> written{0};
std::atomic<unsigned> freed{0};

bool try_push(int item) {
  const unsigned n = written.load(std::memory_order_relaxed);
  if (n - freed.load(std::memory_order_acquire) == kSlots) return false;
  slots[n % kSlots] = item;
  written.store(n + 1, std::memory_order_release);
  return true;
}

bool try_pop(int &item) {
  const unsigned n = freed.load(std::memory_order_relaxed);
  if (written.load(std::memory_order_acquire) == n) return false;
  item = slots[n % kSlots];
  freed.store(n + 1, kFrees);
  return true;
}

int main() {
  std::thread producer([] {
    for (int item = 1; item <= 3; item++)
      while (!try_push(item)) std::this_thread::yield();
  });
  for (int expected = 1; expected <= 3; expected++) {
    int item = 0;
    while (!try_pop(item)) std::this_thread::yield();
    assert(item == expected);
  }
  producer.join();
}
