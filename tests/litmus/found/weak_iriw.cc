// Two readers see two independent stores in different orders, although they acquire.
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
  int a = -1, b = -1, c = -1, d = -1;
  std::thread one([] {
    x.store(1, std::memory_order_release);
  });
  std::thread two([] {
    y.store(1, std::memory_order_release);
  });
  std::thread three([&] {
    a = x.load(std::memory_order_acquire);
    b = y.load(std::memory_order_acquire);
  });
  std::thread four([&] {
    c = y.load(std::memory_order_acquire);
    d = x.load(std::memory_order_acquire);
  });
  one.join();
  two.join();
  three.join();
  four.join();
  assert(!(a == 1 && b == 0 && c == 1 && d == 0));
}
