// A wait without a loop takes a spurious wake-up for the notification.
// SPDX-License-Identifier: Apache-2.0
//
// expect: assertion
// bound: 0
#include <cassert>
#include <condition_variable>
#include <mutex>
#include <thread>

std::mutex mutex;
std::condition_variable condition;
bool ready = false;

void waiter() {
  std::unique_lock lock(mutex);
  if (!ready) condition.wait(lock);
  assert(ready);
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
