// The condition changes without the mutex, between the look and the wait.
// SPDX-License-Identifier: Apache-2.0
//
// expect: lost-wakeup
// bound: 1
// exhaustive: deadlock
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

std::mutex mutex;
std::condition_variable condition;
std::atomic<bool> ready{false};

void waiter() {
  std::unique_lock lock(mutex);
  condition.wait(lock, [] { return ready.load(); });
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
