// Peterson's mutual exclusion of two threads, seq_cst.
// SPDX-License-Identifier: Apache-2.0
//
// exhaustive: 4
// weakened: data-race
// sc: clean
//
// Peterson, Myths About the Mutual Exclusion Problem, IPL 1981.
// Brute force over SC interleavings counts 4 when every round of waiting is cut.
// Weakened: the store of one's wish is release. The other may read the old value although its own turn was stored last: both enter.
#include <atomic>
#include <cassert>
#include <thread>

#ifdef WEAKENED
constexpr auto kWish = std::memory_order_release;
#else
constexpr auto kWish = std::memory_order_seq_cst;
#endif

std::atomic<bool> wants[2];
std::atomic<int> turn{0};
int counter = 0;

void increment(int me) {
  const int other = 1 - me;
  wants[me].store(true, kWish);
  turn.store(other);
  while (wants[other].load() && turn.load() == other) std::this_thread::yield();
  counter++;
  wants[me].store(false);
}

int main() {
  std::thread a(increment, 0), b(increment, 1);
  a.join();
  b.join();
  assert(counter == 2);
}
