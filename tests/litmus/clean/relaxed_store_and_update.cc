// A store does not go between a read-modify-write and what that has read.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=4 1=9 2=13
// model: main = create one, create two, join one, join two, load x sc, load x sc
// model: one = rmw x rlx
// model: two = store x rlx
#include <atomic>
#include <cassert>
#include <thread>

std::atomic<int> x{0};

int main() {
  std::thread one([] {
    x.fetch_add(2, std::memory_order_relaxed);
  });
  std::thread two([] {
    x.store(1, std::memory_order_relaxed);
  });
  one.join();
  two.join();
  assert(x.load() == 3 || x.load() == 1);
}
