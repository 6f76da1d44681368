// The program itself says that it failed, by its exit status, under one schedule.
// SPDX-License-Identifier: Apache-2.0
//
// expect: test-failed
// bound: 1
#include <atomic>
#include <thread>

std::atomic<int> value{0};

void increment() { value.store(value.load() + 1); }

int main() {
  std::thread a(increment);
  std::thread b(increment);
  a.join();
  b.join();
  return value.load() == 2 ? 0 : 1;
}
