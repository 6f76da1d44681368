// 2+2W with seq_cst fences between relaxed stores.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// bounds: 0 1
// executions: 0=6 1=30
// model: main = create one, create two, join one, join two, load x sc, load y sc
// model: one = store x rlx, fence sc, store y rlx
// model: two = store y rlx, fence sc, store x rlx
#include <atomic>
#include <cassert>
#include <thread>

std::atomic<int> x{0}, y{0};

int main() {
  std::thread one([] {
    x.store(1, std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_seq_cst);
    y.store(2, std::memory_order_relaxed);
  });
  std::thread two([] {
    y.store(1, std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_seq_cst);
    x.store(2, std::memory_order_relaxed);
  });
  one.join();
  two.join();
  assert(!(x.load() == 1 && y.load() == 1));
}
