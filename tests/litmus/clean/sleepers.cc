// Two sleepers and a mutex: whoever wakes first, all is ordered.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=5 1=11 2=11
#include <chrono>
#include <mutex>
#include <thread>

std::mutex mutex;
int value = 0;

void sleep_and_add(int seconds) {
  std::this_thread::sleep_for(std::chrono::seconds(seconds));
  std::lock_guard lock(mutex);
  value++;
}

int main() {
  std::thread a(sleep_and_add, 20);
  std::thread b(sleep_and_add, 10);
  a.join();
  b.join();
}
