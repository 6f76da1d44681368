// A ticket lock: threads enter in the order of their tickets.
// SPDX-License-Identifier: Apache-2.0
//
// exhaustive: 6
// blocked: no
// weakened: data-race
//
// Brute force over SC interleavings counts 6 (3!, the orders of the tickets) when every round of waiting is cut.
// Weakened: the store that calls the next ticket is relaxed, so the next owner does not see what the last one did.
#include <atomic>
#include <cassert>
#include <thread>

#ifdef WEAKENED
constexpr auto kCallsNext = std::memory_order_relaxed;
#else
constexpr auto kCallsNext = std::memory_order_release;
#endif

std::atomic<unsigned> next_ticket{0};
std::atomic<unsigned> now_serving{0};
int counter = 0;

void increment() {
  const unsigned mine = next_ticket.fetch_add(1, std::memory_order_relaxed);
  while (now_serving.load(std::memory_order_acquire) != mine) std::this_thread::yield();
  counter++;
  now_serving.store(mine + 1, kCallsNext);
}

int main() {
  std::thread a(increment), b(increment), c(increment);
  a.join();
  b.join();
  c.join();
  assert(counter == 3);
}
