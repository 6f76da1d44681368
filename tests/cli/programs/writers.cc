// As many threads as the argument says, each of which stores once: n! executions under the C++ memory model.
// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <cstdlib>
#include <thread>
#include <vector>

std::atomic<int> last{0};

int main(int argc, char **argv) {
  const int count = argc > 1 ? std::atoi(argv[1]) : 4;
  std::vector<std::thread> threads;
  for (int i = 1; i <= count; i++) threads.emplace_back([i] { last.store(i, std::memory_order_relaxed); });
  for (std::thread &t : threads) t.join();
}
