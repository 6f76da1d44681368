// Two threads take two mutexes in one order.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=3 1=19 2=34
// model: main = create a, create b, join a, join b
// model: a = lock f, lock s, unlock s, unlock f
// model: b = lock f, lock s, unlock s, unlock f
#include <mutex>
#include <thread>

std::mutex first, second;

void both() {
  std::lock_guard outer(first);
  std::lock_guard inner(second);
}

int main() {
  std::thread a(both);
  std::thread b(both);
  a.join();
  b.join();
}
