// RWC with seq_cst fences in the reader and the last writer.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// bounds: 0 1
// executions: 0=27 1=340
// model: main = create one, create two, create three, join one, join two, join three
// model: one = store x rlx
// model: two = load x rlx, fence sc, load y rlx
// model: three = store y rlx, fence sc, load x rlx
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
    std::atomic_thread_fence(std::memory_order_seq_cst);
    b = y.load(std::memory_order_relaxed);
  });
  std::thread three([&] {
    y.store(1, std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_seq_cst);
    c = x.load(std::memory_order_relaxed);
  });
  one.join();
  two.join();
  three.join();
  assert(!(a == 1 && b == 0 && c == 0));
}
