// Store buffering with seq_cst fences between relaxed accesses.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=3 1=21 2=70
// model: main = create one, create two, join one, join two
// model: one = store x rlx, fence sc, load y rlx
// model: two = store y rlx, fence sc, load x rlx
#include <atomic>
#include <cassert>
#include <thread>

std::atomic<int> x{0}, y{0};

int main() {
  int a = -1, b = -1;
  std::thread one([&] {
    x.store(1, std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_seq_cst);
    a = y.load(std::memory_order_relaxed);
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
