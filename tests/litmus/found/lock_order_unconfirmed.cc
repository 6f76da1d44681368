// A lock order inversion that no execution without preemptions turns into a deadlock.
// SPDX-License-Identifier: Apache-2.0
//
// expect: lock-order
// bound: 0
// run-bound: 0
// exhaustive: deadlock
#include <mutex>
#include <thread>

std::mutex left, right;

void forward() {
  std::lock_guard first(left);
  std::lock_guard second(right);
}

void backward() {
  std::lock_guard first(right);
  std::lock_guard second(left);
}

int main() {
  std::thread a(forward);
  std::thread b(backward);
  a.join();
  b.join();
}
