// Message passing with the release fence after the store of the flag.
// SPDX-License-Identifier: Apache-2.0
//
// expect: assertion
// bound: 0
// sc: clean
#include <atomic>
#include <cassert>
#include <thread>

std::atomic<int> data{0}, flag{0};

int main() {
  int f = -1, d = -1;
  std::thread one([] {
    data.store(1, std::memory_order_relaxed);
    flag.store(1, std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_release);
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
