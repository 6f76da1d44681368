// A wait without a predicate sleeps through the notification that came first.
// SPDX-License-Identifier: Apache-2.0
//
// expect: lost-wakeup
// bound: 0
#include <condition_variable>
#include <mutex>
#include <thread>

std::mutex mutex;
std::condition_variable condition;

void waiter() {
  std::unique_lock lock(mutex);
  condition.wait(lock);
}

void notifier() {
  std::lock_guard lock(mutex);
  condition.notify_one();
}

int main() {
  std::thread a(waiter);
  std::thread b(notifier);
  a.join();
  b.join();
}
