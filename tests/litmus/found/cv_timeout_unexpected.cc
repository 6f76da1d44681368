// A program takes the end of wait_for to mean that it was notified.
// SPDX-License-Identifier: Apache-2.0
//
// expect: assertion
// bound: 0
#include <cassert>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

std::mutex mutex;
std::condition_variable condition;
bool ready = false;

void waiter() {
  std::unique_lock lock(mutex);
  const bool notified = condition.wait_for(lock, std::chrono::hours(1), [] { return ready; });
  assert(notified);
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
