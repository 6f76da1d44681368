// Two threads use one variable through atomic_ref only.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=3 1=7 2=10
// model: main = create a, create b, join a, join b
// model: a = op
// model: b = op
#include <atomic>
#include <cassert>
#include <thread>

int value = 0;

void increment() { std::atomic_ref<int>(value).fetch_add(1); }

int main() {
  std::thread a(increment);
  std::thread b(increment);
  a.join();
  b.join();
  assert(value == 2);
}
