// One thread uses both orders: it cannot meet itself.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=3 1=20 2=50
// model: main = create a, create b, join a, join b
// model: a = lock l, lock r, unlock r, unlock l, lock r, lock l, unlock l, unlock r
// model: b = lock l, unlock l
#include <mutex>
#include <thread>

std::mutex left, right;

void both_orders() {
  {
    std::lock_guard first(left);
    std::lock_guard second(right);
  }
  std::lock_guard first(right);
  std::lock_guard second(left);
}

int main() {
  std::thread a(both_orders);
  std::thread b([] { std::lock_guard lock(left); });
  a.join();
  b.join();
}
