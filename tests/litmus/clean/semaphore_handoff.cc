// A semaphore hands plain data from one thread to another.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// memory-model: sc
// executions: 0=4 1=26
// bounds: 0 1
// exhaustive: 37
#include <cassert>
#include <semaphore>
#include <thread>

std::binary_semaphore full(0);
int data = 0;

void giver() {
  data = 1;
  full.release();
}

void taker() {
  full.acquire();
  assert(data == 1);
}

int main() {
  std::thread a(giver);
  std::thread b(taker);
  a.join();
  b.join();
}
