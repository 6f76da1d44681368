// A latch gathers two threads.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// memory-model: sc
// executions: 0=3 1=49
// bounds: 0 1
// exhaustive: 270
#include <latch>
#include <thread>

std::latch ready(2);
int parts[2];

void work(int me) {
  parts[me] = 1;
  ready.arrive_and_wait();
  if (parts[1 - me] != 1) __builtin_trap();
}

int main() {
  std::thread a(work, 0);
  std::thread b(work, 1);
  a.join();
  b.join();
}
