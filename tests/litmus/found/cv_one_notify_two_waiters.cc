// Two threads wait for one condition and only one of them is told.
// SPDX-License-Identifier: Apache-2.0
//
// expect: deadlock
// bound: 0
#include <condition_variable>
#include <mutex>
#include <thread>

std::mutex mutex;
std::condition_variable condition;
bool ready = false;

void waiter() {
  std::unique_lock lock(mutex);
  condition.wait(lock, [] { return ready; });
}

void setter() {
  std::lock_guard lock(mutex);
  ready = true;
  condition.notify_one();
}

int main() {
  std::thread a(waiter);
  std::thread b(waiter);
  std::thread c(setter);
  a.join();
  b.join();
  c.join();
}
