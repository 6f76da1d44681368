// WRC with a relaxed link: what a thread read is not passed on.
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
  int a = -1, b = -1, c = -1;
  std::thread one([] {
    x.store(1, std::memory_order_release);
  });
  std::thread two([&] {
    a = x.load(std::memory_order_acquire);
    y.store(1, std::memory_order_relaxed);
  });
  std::thread three([&] {
    b = y.load(std::memory_order_acquire);
    c = x.load(std::memory_order_relaxed);
  });
  one.join();
  two.join();
  three.join();
  assert(!(a == 1 && b == 1 && c == 0));
}
