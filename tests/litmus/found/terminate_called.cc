// std::terminate is called under one schedule.
// SPDX-License-Identifier: Apache-2.0
//
// expect: crash
// bound: 1
#include <atomic>
#include <exception>
#include <thread>

std::atomic<int> balance{0};

void move() {
  balance.fetch_sub(1);
  balance.fetch_add(1);
}

void audit() {
  if (balance.load() != 0) std::terminate();
}

int main() {
  std::thread a(move);
  std::thread b(audit);
  a.join();
  b.join();
}
