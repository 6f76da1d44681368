// IRIW with seq_cst accesses: both readers see one order.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// bounds: 0 1
// executions: 0=73 1=987
// model: main = create one, create two, create three, create four, join one, join two, join three, join four
// model: one = store x sc
// model: two = store y sc
// model: three = load x sc, load y sc
// model: four = load y sc, load x sc
#include <atomic>
#include <cassert>
#include <thread>

std::atomic<int> x{0}, y{0};

int main() {
  int a = -1, b = -1, c = -1, d = -1;
  std::thread one([] {
    x.store(1, std::memory_order_seq_cst);
  });
  std::thread two([] {
    y.store(1, std::memory_order_seq_cst);
  });
  std::thread three([&] {
    a = x.load(std::memory_order_seq_cst);
    b = y.load(std::memory_order_seq_cst);
  });
  std::thread four([&] {
    c = y.load(std::memory_order_seq_cst);
    d = x.load(std::memory_order_seq_cst);
  });
  one.join();
  two.join();
  three.join();
  four.join();
  assert(!(a == 1 && b == 0 && c == 1 && d == 0));
}
