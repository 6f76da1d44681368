// Message passing by relaxed accesses and fences.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=5 1=28 2=85
// model: main = create one, create two, join one, join two
// model: one = store data rlx, fence rel, store flag rlx
// model: two = load flag rlx, fence acq, load data rlx
#include <atomic>
#include <cassert>
#include <thread>

std::atomic<int> data{0}, flag{0};

int main() {
  int f = -1, d = -1;
  std::thread one([] {
    data.store(1, std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_release);
    flag.store(1, std::memory_order_relaxed);
  });
  std::thread two([&] {
    f = flag.load(std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_acquire);
    d = data.load(std::memory_order_relaxed);
  });
  one.join();
  two.join();
  assert(f == 0 || d == 1);
}
