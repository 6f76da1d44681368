// Each thread touches the plain variable in some execution, and only in one kind of execution without an order between them.
// SPDX-License-Identifier: Apache-2.0
//
// expect: data-race
// bound: 0
#include <atomic>
#include <thread>

std::atomic<int> flag{0};
int data = 0;

int main() {
  std::thread a([] { flag.store(1, std::memory_order_relaxed); });          // the same value, but it publishes nothing
  std::thread b([] {
    data = 1;
    flag.store(1, std::memory_order_release);
  });
  std::thread c([] {
    if (flag.load(std::memory_order_acquire) == 1) data = 2;
  });
  a.join();
  b.join();
  c.join();
}
