// 2+2W with seq_cst stores: some thread's second store comes last.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=3 1=11 2=24
// model: main = create one, create two, join one, join two, load x sc, load y sc
// model: one = store x sc, store y sc
// model: two = store y sc, store x sc
#include <atomic>
#include <cassert>
#include <thread>

std::atomic<int> x{0}, y{0};

int main() {
  std::thread one([] {
    x.store(1, std::memory_order_seq_cst);
    y.store(2, std::memory_order_seq_cst);
  });
  std::thread two([] {
    y.store(1, std::memory_order_seq_cst);
    x.store(2, std::memory_order_seq_cst);
  });
  one.join();
  two.join();
  assert(!(x.load() == 1 && y.load() == 1));
}
