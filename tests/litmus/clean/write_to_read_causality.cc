// WRC: release and acquire pass on what a thread read.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// bounds: 0 1
// executions: 0=34 1=282
// model: main = create one, create two, create three, join one, join two, join three
// model: one = store x rlx
// model: two = load x rlx, store y rel
// model: three = load y acq, load x rlx
#include <atomic>
#include <cassert>
#include <thread>

std::atomic<int> x{0}, y{0};

int main() {
  int a = -1, b = -1, c = -1;
  std::thread one([] {
    x.store(1, std::memory_order_relaxed);
  });
  std::thread two([&] {
    a = x.load(std::memory_order_relaxed);
    y.store(1, std::memory_order_release);
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
