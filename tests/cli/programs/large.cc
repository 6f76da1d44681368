// Far more schedules than a test has time for.
// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <thread>
#include <vector>

std::atomic<int> sum{0};

int main() {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; i++)
    threads.emplace_back([] {
      for (int k = 0; k < 100; k++) sum.fetch_add(1);
    });
  for (std::thread &thread : threads) thread.join();
}
