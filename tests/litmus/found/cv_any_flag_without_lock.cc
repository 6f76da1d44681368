// The same with condition_variable_any: the condition changes without the mutex.
// SPDX-License-Identifier: Apache-2.0
//
// expect: lost-wakeup
// bound: 1
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <shared_mutex>
#include <thread>

std::shared_mutex mutex;
std::condition_variable_any condition;
std::atomic<bool> ready{false};

void waiter() {
  std::shared_lock lock(mutex);
  while (!ready.load()) condition.wait(lock);
}

void setter() {
  ready.store(true);
  condition.notify_one();
}

int main() {
  std::thread a(waiter);
  std::thread b(setter);
  a.join();
  b.join();
}
