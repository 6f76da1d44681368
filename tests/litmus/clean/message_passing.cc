// Message passing by release and acquire: what is read is not stale.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=5 1=20 2=44
// model: main = create one, create two, join one, join two
// model: one = store data rlx, store flag rel
// model: two = load flag acq, load data rlx
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
  std::thread two([&] {
    f = flag.load(std::memory_order_acquire);
    d = data.load(std::memory_order_relaxed);
  });
  one.join();
  two.join();
  assert(f == 0 || d == 1);
}
