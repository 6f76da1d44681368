// Two threads announce themselves and look for the other: sequentially consistent, one sees it.
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

std::atomic<int> x{0}, y{0};
int first = 0, second = 0;

void left() {
  x.store(1);
  first = y.load();
}

void right() {
  y.store(1);
  second = x.load();
}

int main() {
  std::thread a(left);
  std::thread b(right);
  a.join();
  b.join();
  assert(first == 1 || second == 1);
}
