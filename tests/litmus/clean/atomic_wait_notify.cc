// A thread waits for an atomic to change and is notified.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=2 1=6 2=11
// exhaustive: 1
#include <atomic>
#include <cassert>
#include <thread>

int data = 0;
std::atomic<int> stage{0};

void waiter() {
  stage.wait(0);
  assert(data == 1);
}

void setter() {
  data = 1;
  stage.store(1);
  stage.notify_one();
}

int main() {
  std::thread a(waiter);
  std::thread b(setter);
  a.join();
  b.join();
}
