// A recursive mutex is locked twice and unlocked once.
// SPDX-License-Identifier: Apache-2.0
//
// expect: deadlock
// bound: 0
#include <mutex>
#include <thread>

std::recursive_mutex mutex;

void unbalanced() {
  mutex.lock();
  mutex.lock();
  mutex.unlock();
}

void next() { std::lock_guard lock(mutex); }

int main() {
  std::thread a(unbalanced);
  std::thread b(next);
  a.join();
  b.join();
}
