// Four threads that store once, each after some ten million instructions: 24 executions that take a while.
// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <thread>
#include <vector>

std::atomic<int> last{0};

int main() {
  std::vector<std::thread> threads;
  for (int i = 1; i <= 4; i++)
    threads.emplace_back([i] {
      for (int k = 0; k < 10'000'000; k++) asm volatile("");
      last.store(i, std::memory_order_relaxed);
    });
  for (std::thread &t : threads) t.join();
}
