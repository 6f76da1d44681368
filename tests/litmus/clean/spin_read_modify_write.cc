// A thread waits by read-modify-writes that leave what they find: an exchange of what is there, a sum with nothing.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// bounds: 0 1
// executions: 0=6 1=33
// exhaustive: 1
#include <atomic>
#include <cassert>
#include <thread>

std::atomic<int> busy{1}, ready{0};
int data = 0;

void look() {
  while (busy.exchange(1, std::memory_order_acquire) != 0) {
  }
  assert(data == 1);
  while (ready.fetch_add(0, std::memory_order_acquire) == 0) {
  }
}

void fill() {
  data = 1;
  busy.store(0, std::memory_order_release);
  ready.store(1, std::memory_order_release);
}

int main() {
  std::thread a(look), b(fill);
  a.join();
  b.join();
}
