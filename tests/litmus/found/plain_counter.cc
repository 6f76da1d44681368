// Two threads increment a plain variable.
// SPDX-License-Identifier: Apache-2.0
//
// expect: data-race
// bound: 0
#include <thread>

int value = 0;

void increment() { value++; }

int main() {
  std::thread a(increment);
  std::thread b(increment);
  a.join();
  b.join();
}
