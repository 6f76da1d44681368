// What one thread wrote under a mutex another reads under it.
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
int data = 0;
bool ready = false;

void give() {
  data = 42;
  std::lock_guard lock(mutex);
  ready = true;
}

void take() {
  std::unique_lock lock(mutex);
  const bool given = ready;
  lock.unlock();
  if (given) assert(data == 42);
}

int main() {
  std::thread a(give);
  std::thread b(take);
  a.join();
  b.join();
}
