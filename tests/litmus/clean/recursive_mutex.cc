// A recursive mutex locked again by its owner.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=3 1=19 2=34
// model: main = create a, create b, join a, join b
// model: a = lock m, relock m, unlock m, unlock m
// model: b = lock m, relock m, unlock m, unlock m
#include <mutex>
#include <thread>

std::recursive_mutex mutex;
int value = 0;

void increment() {
  std::lock_guard outer(mutex);
  std::lock_guard inner(mutex);
  value++;
}

int main() {
  std::thread a(increment);
  std::thread b(increment);
  a.join();
  b.join();
}
