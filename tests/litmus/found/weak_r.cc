// R: a store between two stores of the other thread, with a read that misses one.
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
    x.store(1, std::memory_order_release);
    y.store(1, std::memory_order_release);
  });
  std::thread two([&] {
    y.store(2, std::memory_order_release);
    a = x.load(std::memory_order_acquire);
  });
  one.join();
  two.join();
  assert(!(y.load() == 2 && a == 0));
}
