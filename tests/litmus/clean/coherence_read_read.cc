// CoRR: two relaxed loads do not see two stores in the wrong order.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=7 1=28 2=61
// model: main = create one, create two, join one, join two
// model: one = store x rlx, store x rlx
// model: two = load x rlx, load x rlx
#include <atomic>
#include <cassert>
#include <thread>

std::atomic<int> x{0};

int main() {
  int a = -1, b = -1;
  std::thread one([] {
    x.store(1, std::memory_order_relaxed);
    x.store(2, std::memory_order_relaxed);
  });
  std::thread two([&] {
    a = x.load(std::memory_order_relaxed);
    b = x.load(std::memory_order_relaxed);
  });
  one.join();
  two.join();
  assert(!(a == 2 && b < 2) && !(a == 1 && b == 0));
}
