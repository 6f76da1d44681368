// A timed wait that handles its timeout; the hour takes no time.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=7 1=38 2=73
// exhaustive: 8
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

std::mutex mutex;
std::condition_variable condition;
bool ready = false;

void waiter() {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::hours(1);
  std::unique_lock lock(mutex);
  condition.wait_until(lock, deadline, [] { return ready; });
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
