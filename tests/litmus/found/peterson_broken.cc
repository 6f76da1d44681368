// Peterson's lock with the turn set before the flag: both threads get in.
// SPDX-License-Identifier: Apache-2.0
//
// expect: assertion
// bound: 2
#include <atomic>
#include <cassert>
#include <thread>

std::atomic<bool> wants[2];
std::atomic<int> turn{0}, inside{0};

void enter(int me) {
  turn.store(1 - me);
  wants[me].store(true);
  while (wants[1 - me].load() && turn.load() == 1 - me) std::this_thread::yield();
  assert(inside.fetch_add(1) == 0);
  inside.fetch_sub(1);
  wants[me].store(false);
}

int main() {
  std::thread a(enter, 0);
  std::thread b(enter, 1);
  a.join();
  b.join();
}
