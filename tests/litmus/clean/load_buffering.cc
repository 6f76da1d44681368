// LB: no value is read from a later store of the own thread.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=6 1=19 2=39
// model: main = create one, create two, join one, join two
// model: one = load x rlx, store y rlx
// model: two = load y rlx, store x rlx
//
// ISO C++ allows it, RC11 does not: see lib/README.md.
#include <atomic>
#include <cassert>
#include <thread>

std::atomic<int> x{0}, y{0};

int main() {
  int a = -1, b = -1;
  std::thread one([&] {
    a = x.load(std::memory_order_relaxed);
    y.store(1, std::memory_order_relaxed);
  });
  std::thread two([&] {
    b = y.load(std::memory_order_relaxed);
    x.store(1, std::memory_order_relaxed);
  });
  one.join();
  two.join();
  assert(!(a == 1 && b == 1));
}
