// A spin lock by test and set is never released by the thread that ended.
// SPDX-License-Identifier: Apache-2.0
//
// expect: livelock
// bound: 0
#include <atomic>
#include <thread>

std::atomic_flag taken = ATOMIC_FLAG_INIT;

void take() {
  while (taken.test_and_set(std::memory_order_acquire)) std::this_thread::yield();
}

int main() {
  std::thread a(take);
  std::thread b(take);
  a.join();
  b.join();
}
