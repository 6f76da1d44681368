// Message passing through a relaxed read-modify-write of a third thread.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// bounds: 0 1
// executions: 0=38 1=282
// model: main = create one, create two, create three, join one, join two, join three
// model: one = store data rlx, store flag rel
// model: two = rmw flag rlx
// model: three = load flag acq, load data rlx
#include <atomic>
#include <cassert>
#include <thread>

std::atomic<int> data{0}, flag{0};

int main() {
  int f = -1, d = -1;
  std::thread one([] {
    data.store(1, std::memory_order_relaxed);
    flag.store(1, std::memory_order_release);
  });
  std::thread two([] {
    flag.fetch_add(2, std::memory_order_relaxed);
  });
  std::thread three([&] {
    f = flag.load(std::memory_order_acquire);
    d = data.load(std::memory_order_relaxed);
  });
  one.join();
  two.join();
  three.join();
  assert(f != 3 || d == 1);
}
