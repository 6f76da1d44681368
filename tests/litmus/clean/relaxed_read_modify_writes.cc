// Relaxed read-modify-writes read different stores: none is lost.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=3 1=11 2=24
// model: main = create one, create two, join one, join two, load x sc
// model: one = rmw x rlx, rmw x rlx
// model: two = rmw x rlx, rmw x rlx
#include <atomic>
#include <cassert>
#include <thread>

std::atomic<int> x{0};

int main() {
  std::thread one([] {
    x.fetch_add(1, std::memory_order_relaxed);
    x.fetch_add(1, std::memory_order_relaxed);
  });
  std::thread two([] {
    x.fetch_add(1, std::memory_order_relaxed);
    x.fetch_add(1, std::memory_order_relaxed);
  });
  one.join();
  two.join();
  assert(x.load() == 4);
}
