// S with a relaxed flag: a store that follows the flag in time goes before in modification order.
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
  int a = -1;
  std::thread one([] {
    x.store(2, std::memory_order_relaxed);
    y.store(1, std::memory_order_relaxed);
  });
  std::thread two([&] {
    a = y.load(std::memory_order_relaxed);
    x.store(1, std::memory_order_relaxed);
  });
  one.join();
  two.join();
  assert(!(a == 1 && x.load() == 2));
}
