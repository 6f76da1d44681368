// A latch expects three arrivals; two threads arrive.
// SPDX-License-Identifier: Apache-2.0
//
// expect: deadlock
// bound: 0
#include <latch>
#include <thread>

std::latch ready(3);

void arrive() { ready.arrive_and_wait(); }

int main() {
  std::thread a(arrive);
  std::thread b(arrive);
  a.join();
  b.join();
}
