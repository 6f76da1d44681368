// One thread waits for an atomic by its notify, another one in a loop that reads.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// exhaustive: 1
// executions: 0=14 1=224
// bounds: 0 1
#include <atomic>
#include <thread>

std::atomic<int> x{0}, z{0};

void sleeper() { x.wait(0); }

void spinner() {
  while (z.load() != 1) {
  }
}

void writer() {
  x.store(1);
  z.store(2);
  x.notify_all();
  z.store(1);
}

int main() {
  std::thread a(sleeper), b(spinner), c(writer);
  a.join();
  b.join();
  c.join();
}
