// std::scoped_lock of two mutexes named in opposite orders does not deadlock.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=3 1=19 2=52
// exhaustive: 2
#include <mutex>
#include <thread>

std::mutex left, right;

int main() {
  std::thread a([] { std::scoped_lock lock(left, right); });
  std::thread b([] { std::scoped_lock lock(right, left); });
  a.join();
  b.join();
}
