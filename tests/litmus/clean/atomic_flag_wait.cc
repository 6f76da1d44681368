// The same with atomic_flag.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=2 1=6 2=11
// exhaustive: 1
#include <atomic>
#include <cassert>
#include <thread>

int data = 0;
std::atomic_flag ready;

void waiter() {
  ready.wait(false);
  assert(data == 1);
}

void setter() {
  data = 1;
  ready.test_and_set();
  ready.notify_all();
}

int main() {
  std::thread a(waiter);
  std::thread b(setter);
  a.join();
  b.join();
}
