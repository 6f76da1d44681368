// A loop that waits for a clock to pass a moment ends.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=2
// run-bound: 0
#include <chrono>
#include <thread>

void poll() {
  const auto end = std::chrono::steady_clock::now() + std::chrono::microseconds(50);
  while (std::chrono::steady_clock::now() < end) std::this_thread::yield();
}

int main() {
  std::thread a(poll);
  std::thread b([] {});
  a.join();
  b.join();
}
