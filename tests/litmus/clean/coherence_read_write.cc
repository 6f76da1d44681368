// CoRW: a thread does not read its own later store, and that store comes after what was read.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=6 1=16 2=28
// model: main = create one, create two, join one, join two, load x sc
// model: one = load x rlx, store x rlx
// model: two = store x rlx
#include <atomic>
#include <cassert>
#include <thread>

std::atomic<int> x{0};

int main() {
  int a = -1;
  std::thread one([&] {
    a = x.load(std::memory_order_relaxed);
    x.store(1, std::memory_order_relaxed);
  });
  std::thread two([] {
    x.store(2, std::memory_order_relaxed);
  });
  one.join();
  two.join();
  assert(a != 1 && !(a == 2 && x.load() == 2));
}
