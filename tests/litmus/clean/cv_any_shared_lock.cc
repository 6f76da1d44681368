// condition_variable_any with a shared lock.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=3 1=18 2=39
#include <condition_variable>
#include <mutex>
#include <shared_mutex>
#include <thread>

std::shared_mutex mutex;
std::condition_variable_any condition;
bool ready = false;

void waiter() {
  std::shared_lock lock(mutex);
  while (!ready) condition.wait(lock);
}

void setter() {
  std::lock_guard lock(mutex);
  ready = true;
  condition.notify_one();
}

int main() {
  std::thread a(waiter);
  std::thread b(setter);
  a.join();
  b.join();
}
