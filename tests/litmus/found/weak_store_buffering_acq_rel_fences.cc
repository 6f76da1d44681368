// Store buffering: acq_rel fences are not enough.
// SPDX-License-Identifier: Apache-2.0
//
// expect: assertion
// bound: 0
// sc: clean
#include <atomic>
#include <cassert>
#include <thread>

std::atomic<int> x{0}, y{0};

int main() {
  int a = -1, b = -1;
  std::thread one([&] {
    x.store(1, std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_acq_rel);
    a = y.load(std::memory_order_relaxed);
  });
  std::thread two([&] {
    y.store(1, std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_acq_rel);
    b = x.load(std::memory_order_relaxed);
  });
  one.join();
  two.join();
  assert(a == 1 || b == 1);
}
