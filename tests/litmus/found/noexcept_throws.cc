// An exception meets a noexcept function under one schedule.
// SPDX-License-Identifier: Apache-2.0
//
// expect: crash
// bound: 1
#include <atomic>
#include <stdexcept>
#include <thread>

std::atomic<int> balance{0};

void move() {
  balance.fetch_sub(1);
  balance.fetch_add(1);
}

void check() {
  if (balance.load() != 0) throw std::runtime_error("the books do not balance");
}

void audit() noexcept { check(); }

int main() {
  std::thread a(move);
  std::thread b(audit);
  a.join();
  b.join();
}
