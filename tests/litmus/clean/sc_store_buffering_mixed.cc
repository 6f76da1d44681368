// Store buffering with seq_cst accesses in one thread, a seq_cst fence in the other one.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=3 1=18 2=47
// model: main = create one, create two, join one, join two
// model: one = store x sc, load y sc
// model: two = store y rlx, fence sc, load x rlx
//
// The load of x is after a fence that is after the store of x in S, or the load of y is after that fence.
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
    y.store(1, std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_seq_cst);
    b = x.load(std::memory_order_relaxed);
  });
  one.join();
  two.join();
  assert(a == 1 || b == 1);
}
