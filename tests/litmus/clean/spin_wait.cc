// A thread spins on an atomic flag without yielding until another sets it.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// memory-model: sc
// executions: 0=2 1=9 2=19
#include <atomic>
#include <cassert>
#include <thread>

int data = 0;
std::atomic<bool> ready{false};

void spinner() {
  while (!ready.load(std::memory_order_acquire)) {
  }
  assert(data == 1);
}

void setter() {
  data = 1;
  ready.store(true, std::memory_order_release);
}

int main() {
  std::thread a(spinner);
  std::thread b(setter);
  a.join();
  b.join();
}
