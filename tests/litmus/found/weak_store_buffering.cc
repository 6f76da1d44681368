// Store buffering: release and acquire let both threads miss the other's store.
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
    x.store(1, std::memory_order_release);
    a = y.load(std::memory_order_acquire);
  });
  std::thread two([&] {
    y.store(1, std::memory_order_release);
    b = x.load(std::memory_order_acquire);
  });
  one.join();
  two.join();
  assert(a == 1 || b == 1);
}
