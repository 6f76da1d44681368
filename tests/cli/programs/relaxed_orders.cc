// Fails by a stale read, or by a preemption between two seq_cst increments.
// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <cassert>
#include <thread>

std::atomic<int> x{0}, y{0}, hits{0};

int main() {
  int a = 0, b = 0;
  std::thread one([&] {
    x.store(1, std::memory_order_release);
    a = y.load(std::memory_order_acquire);
    hits.store(hits.load() + 1);
  });
  std::thread two([&] {
    b = y.load(std::memory_order_acquire);
    y.store(1, std::memory_order_release);
    b = x.load(std::memory_order_acquire);
    hits.store(hits.load() + 1);
  });
  one.join();
  two.join();
  assert(a == 1 || b == 1);
  assert(hits.load() == 2);
}
