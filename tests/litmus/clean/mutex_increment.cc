// Two threads increment under a mutex.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=3 1=11 2=16
// model: main = create a, create b, join a, join b
// model: a = lock m, unlock m
// model: b = lock m, unlock m
#include <cassert>
#include <mutex>
#include <thread>

std::mutex mutex;
int value = 0;

void increment() {
  std::lock_guard lock(mutex);
  value++;
}

int main() {
  std::thread a(increment);
  std::thread b(increment);
  a.join();
  b.join();
  assert(value == 2);
}
