// CoWR: a thread does not read what its own store has overwritten.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=6 1=25 2=57
// model: main = create one, create two, join one, join two
// model: one = store x rlx, load x rlx
// model: two = store x rlx, load x rlx
#include <atomic>
#include <cassert>
#include <thread>

std::atomic<int> x{0};

int main() {
  int a = -1, b = -1;
  std::thread one([&] {
    x.store(1, std::memory_order_relaxed);
    a = x.load(std::memory_order_relaxed);
  });
  std::thread two([&] {
    x.store(2, std::memory_order_relaxed);
    b = x.load(std::memory_order_relaxed);
  });
  one.join();
  two.join();
  assert(a != 0 && b != 0);
}
