// An increment of an atomic as a load and a store.
// SPDX-License-Identifier: Apache-2.0
//
// expect: assertion
// bound: 1
#include <atomic>
#include <cassert>
#include <thread>

std::atomic<int> value{0};

void increment() { value.store(value.load() + 1); }

int main() {
  std::thread a(increment);
  std::thread b(increment);
  a.join();
  b.join();
  assert(value.load() == 2);
}
