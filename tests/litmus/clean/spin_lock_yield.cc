// A spin lock by atomic_flag whose waiters yield.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// memory-model: sc
// executions: 0=3 1=11 2=23
#include <atomic>
#include <thread>

std::atomic_flag busy = ATOMIC_FLAG_INIT;
int value = 0;

void increment() {
  while (busy.test_and_set(std::memory_order_acquire)) std::this_thread::yield();
  value++;
  busy.clear(std::memory_order_release);
}

int main() {
  std::thread a(increment);
  std::thread b(increment);
  a.join();
  b.join();
}
