// Two threads that try a lock until they have it.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// bounds: 0 1
// executions: 0=3 1=11
// exhaustive: 2
#include <mutex>
#include <thread>

std::mutex mutex;
int value = 0;

void increment() {
  while (!mutex.try_lock()) std::this_thread::yield();
  value++;
  mutex.unlock();
}

int main() {
  std::thread a(increment);
  std::thread b(increment);
  a.join();
  b.join();
  return value != 2;
}
