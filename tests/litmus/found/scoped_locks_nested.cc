// Two threads nest scoped_locks of single mutexes in opposite orders.
// SPDX-License-Identifier: Apache-2.0
//
// expect: deadlock
// bound: 1
#include <mutex>
#include <thread>

std::mutex left, right;

void forward() {
  std::scoped_lock first(left);
  std::scoped_lock second(right);
}

void backward() {
  std::scoped_lock first(right);
  std::scoped_lock second(left);
}

int main() {
  std::thread a(forward);
  std::thread b(backward);
  a.join();
  b.join();
}
