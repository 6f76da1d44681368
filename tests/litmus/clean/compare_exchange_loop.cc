// A lock-free maximum by a weak compare-exchange in a loop.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=7 1=29 2=76
#include <atomic>
#include <cassert>
#include <thread>

std::atomic<int> maximum{0};

void raise_to(int value) {
  int seen = maximum.load();
  while (seen < value && !maximum.compare_exchange_weak(seen, value)) {
  }
}

int main() {
  std::thread a(raise_to, 1);
  std::thread b(raise_to, 2);
  a.join();
  b.join();
  assert(maximum.load() == 2);
}
