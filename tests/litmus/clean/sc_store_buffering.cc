// Store buffering with seq_cst accesses: one of the threads sees the other's store.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=3 1=11 2=24
// model: main = create one, create two, join one, join two
// model: one = store x sc, load y sc
// model: two = store y sc, load x sc
#include <atomic>
#include <cassert>
#include <thread>

std::atomic<int> x{0}, y{0};

int main() {
  int a = -1, b = -1;
  std::thread one([&] {
    x.store(1, std::memory_order_seq_cst);
    a = y.load(std::memory_order_seq_cst);
  });
  std::thread two([&] {
    y.store(1, std::memory_order_seq_cst);
    b = x.load(std::memory_order_seq_cst);
  });
  one.join();
  two.join();
  assert(a == 1 || b == 1);
}
