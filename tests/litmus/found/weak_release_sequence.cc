// A relaxed store of the same thread ends a release sequence (since C++20).
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
    flag.store(1, std::memory_order_release);
    flag.store(2, std::memory_order_relaxed);
  });
  std::thread two([&] {
    f = flag.load(std::memory_order_acquire);
    d = data.load(std::memory_order_relaxed);
  });
  one.join();
  two.join();
  assert(f != 2 || d == 1);
}
