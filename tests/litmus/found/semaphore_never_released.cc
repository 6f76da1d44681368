// A semaphore is acquired once more than it is released.
// SPDX-License-Identifier: Apache-2.0
//
// expect: deadlock
// bound: 0
#include <semaphore>
#include <thread>

std::counting_semaphore<2> tokens(1);

void take() { tokens.acquire(); }

int main() {
  std::thread a(take);
  std::thread b(take);
  a.join();
  b.join();
}
