// Two threads spin, each waiting for the flag that the other sets afterwards.
// SPDX-License-Identifier: Apache-2.0
//
// expect: livelock
// bound: 0
#include <atomic>
#include <thread>

std::atomic<bool> left{false}, right{false};

void first() {
  while (!right.load()) std::this_thread::yield();
  left.store(true);
}

void second() {
  while (!left.load()) std::this_thread::yield();
  right.store(true);
}

int main() {
  std::thread a(first);
  std::thread b(second);
  a.join();
  b.join();
}
