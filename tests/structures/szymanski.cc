// Szymanski's mutual exclusion, for two threads, seq_cst.
// SPDX-License-Identifier: Apache-2.0
//
// exhaustive: 46
// optimised: 29
// blocked: no
// weakened: data-race
// sc: clean
//
// Szymanski, A Simple Solution to Lamport's Concurrent Programming Problem with Linear Wait, ICS 1988.
// Brute force over SC interleavings counts 29 when every round of waiting is cut, as here with optimisation. Without, the first look of the
// last loop is at another place in the code than the others, and `p` is still there.
// Weakened: the store of "wishes" is release. A thread may find the other outside although that one has looked and gone in: both enter.
#include <atomic>
#include <cassert>
#include <thread>

#ifdef WEAKENED
constexpr auto kWishes = std::memory_order_release;
#else
constexpr auto kWishes = std::memory_order_seq_cst;
#endif

enum Place { outside, wishes, waits_for_others, at_the_door, inside };
std::atomic<int> place[2];
int counter = 0;

void increment(int me) {
  std::atomic<int> &mine = place[me], &others = place[1 - me];
  mine.store(wishes, kWishes);
  while (others.load() >= at_the_door) std::this_thread::yield();
  mine.store(at_the_door);
  if (others.load() == wishes) {
    mine.store(waits_for_others);
    while (others.load() != inside) std::this_thread::yield();
  }
  mine.store(inside);
  if (me == 1) {
    while (others.load() >= waits_for_others) std::this_thread::yield();
  }
  counter++;
  if (me == 0) {
    for (int p = others.load(); p == waits_for_others || p == at_the_door; p = others.load()) std::this_thread::yield();
  }
  mine.store(outside);
}

int main() {
  std::thread a(increment, 0), b(increment, 1);
  a.join();
  b.join();
  assert(counter == 2);
}
