// A divisor is checked, then set to zero by another thread, then used.
// SPDX-License-Identifier: Apache-2.0
//
// expect: crash
// bound: 1
#include <atomic>
#include <thread>

std::atomic<int> divisor{2};
int quotient = 0;

void divide() {
  if (divisor.load() != 0) quotient = 10 / divisor.load();
}

void clear() { divisor.store(0); }

int main() {
  std::thread a(divide);
  std::thread b(clear);
  a.join();
  b.join();
}
