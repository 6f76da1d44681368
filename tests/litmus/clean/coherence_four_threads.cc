// Two relaxed readers see two relaxed stores to one location in one order.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// bounds: 0
// executions: 0=330
// model: main = create one, create two, create three, create four, join one, join two, join three, join four
// model: one = store x rlx
// model: two = store x rlx
// model: three = load x rlx, load x rlx
// model: four = load x rlx, load x rlx
#include <atomic>
#include <cassert>
#include <thread>

std::atomic<int> x{0};

int main() {
  int a = -1, b = -1, c = -1, d = -1;
  std::thread one([] {
    x.store(1, std::memory_order_relaxed);
  });
  std::thread two([] {
    x.store(2, std::memory_order_relaxed);
  });
  std::thread three([&] {
    a = x.load(std::memory_order_relaxed);
    b = x.load(std::memory_order_relaxed);
  });
  std::thread four([&] {
    c = x.load(std::memory_order_relaxed);
    d = x.load(std::memory_order_relaxed);
  });
  one.join();
  two.join();
  three.join();
  four.join();
  assert(!(a == 1 && b == 2 && c == 2 && d == 1) && !(a == 2 && b == 1 && c == 1 && d == 2));
}
