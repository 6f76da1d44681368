// Each thread has its own value through every switch.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=3 1=11 2=24
// model: main = create a, create b, join a, join b
// model: a = op, op
// model: b = op, op
#include <atomic>
#include <cassert>
#include <thread>

std::atomic<int> shared{0};
thread_local int mine = 5;

void use() {
  mine++;
  shared.fetch_add(1);
  mine++;
  shared.fetch_add(1);
  assert(mine == 7);
}

int main() {
  std::thread a(use);
  std::thread b(use);
  a.join();
  b.join();
  assert(mine == 5);
}
