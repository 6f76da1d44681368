// A thread waits in a loop for a flag, and holds the mutex that the other one needs before it sets it.
// SPDX-License-Identifier: Apache-2.0
//
// expect: livelock
// bound: 0
#include <atomic>
#include <mutex>
#include <thread>

std::mutex mutex;
std::atomic<bool> is_set{false};

int main() {
  std::thread t([] {
    { std::lock_guard lock(mutex); }
    is_set = true;
  });
  std::thread u([] {
    std::lock_guard lock(mutex);
    while (!is_set) {
    }
  });
  t.join();
  u.join();
}
