// IRIW with seq_cst fences between the relaxed loads of both readers.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// bounds: 0
// executions: 0=223
// model: main = create one, create two, create three, create four, join one, join two, join three, join four
// model: one = store x rlx
// model: two = store y rlx
// model: three = load x rlx, fence sc, load y rlx
// model: four = load y rlx, fence sc, load x rlx
#include <atomic>
#include <cassert>
#include <thread>

std::atomic<int> x{0}, y{0};

int main() {
  int a = -1, b = -1, c = -1, d = -1;
  std::thread one([] {
    x.store(1, std::memory_order_relaxed);
  });
  std::thread two([] {
    y.store(1, std::memory_order_relaxed);
  });
  std::thread three([&] {
    a = x.load(std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_seq_cst);
    b = y.load(std::memory_order_relaxed);
  });
  std::thread four([&] {
    c = y.load(std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_seq_cst);
    d = x.load(std::memory_order_relaxed);
  });
  one.join();
  two.join();
  three.join();
  four.join();
  assert(!(a == 1 && b == 0 && c == 1 && d == 0));
}
