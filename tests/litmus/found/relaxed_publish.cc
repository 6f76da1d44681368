// A relaxed flag publishes plain data.
// SPDX-License-Identifier: Apache-2.0
//
// expect: data-race
// bound: 0
#include <atomic>
#include <thread>

int data = 0;
std::atomic<bool> ready{false};

void writer() {
  data = 1;
  ready.store(true, std::memory_order_relaxed);
}

void reader() {
  if (ready.load(std::memory_order_relaxed)) data = 2;
}

int main() {
  std::thread a(writer);
  std::thread b(reader);
  a.join();
  b.join();
}
