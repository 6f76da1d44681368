// A reader-writer lock in one word: how many readers are inside, or -1 for a writer.
// SPDX-License-Identifier: Apache-2.0
//
// exhaustive: 684
// optimised: 142
// weakened: data-race
//
// Brute force over SC interleavings counts 142 when every round of waiting is cut, as here with optimisation. Without, a variable whose
// address is taken keeps what was read last, so that some rounds look different and are gone through.
// Weakened: a reader leaves with a relaxed fetch_sub. The writer that comes after does not know that the reader has read.
#include <atomic>
#include <cassert>
#include <thread>

#ifdef WEAKENED
constexpr auto kReaderLeaves = std::memory_order_relaxed;
#else
constexpr auto kReaderLeaves = std::memory_order_release;
#endif

std::atomic<int> state{0};
int first = 0;
int second = 0;

void look() {
  int readers = state.load(std::memory_order_relaxed);
  do {
    while (readers < 0) readers = state.load(std::memory_order_relaxed);
  } while (!state.compare_exchange_strong(readers, readers + 1, std::memory_order_acquire, std::memory_order_relaxed));
  assert(first == second);
  state.fetch_sub(1, kReaderLeaves);
}

void change() {
  int expected = 0;
  while (!state.compare_exchange_strong(expected, -1, std::memory_order_acquire, std::memory_order_relaxed)) expected = 0;
  first++;
  second++;
  state.store(0, std::memory_order_release);
}

int main() {
  std::thread reader(look), writer(change);
  look();
  reader.join();
  writer.join();
  assert(first == 1 && second == 1);
}
