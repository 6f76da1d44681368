// A thread spins without yielding on a flag that is never set.
// SPDX-License-Identifier: Apache-2.0
//
// expect: livelock
// bound: 0
#include <atomic>
#include <thread>

std::atomic<bool> flag{false};

int main() {
  std::thread spinner([] {
    while (!flag.load(std::memory_order_relaxed)) {
    }
  });
  spinner.join();
}
