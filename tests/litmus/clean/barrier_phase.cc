// A barrier separates two phases.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// memory-model: sc
// executions: 0=3 1=70
// bounds: 0 1
// exhaustive: 278
#include <barrier>
#include <thread>

std::barrier phase(2);
int parts[2];

void work(int me) {
  parts[me] = 1;
  phase.arrive_and_wait();
  if (parts[1 - me] != 1) __builtin_trap();
}

int main() {
  std::thread a(work, 0);
  std::thread b(work, 1);
  a.join();
  b.join();
}
