// Three threads and three mutexes in a circle: a deadlock needs a preemption.
// SPDX-License-Identifier: Apache-2.0
//
// expect: lock-order
// bound: 0
// run-bound: 0
// exhaustive: deadlock
#include <mutex>
#include <thread>

std::mutex mutexes[3];

void take(int low, int high) {
  std::lock_guard first(mutexes[low]);
  std::lock_guard second(mutexes[high]);
}

int main() {
  std::thread a(take, 0, 1);
  std::thread b(take, 1, 2);
  std::thread c(take, 2, 0);
  a.join();
  b.join();
  c.join();
}
