// 2+2W: each thread's first store comes last, so both locations keep it.
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
  std::thread one([] {
    x.store(1, std::memory_order_release);
    y.store(2, std::memory_order_release);
  });
  std::thread two([] {
    y.store(1, std::memory_order_release);
    x.store(2, std::memory_order_release);
  });
  one.join();
  two.join();
  assert(!(x.load() == 1 && y.load() == 1));
}
