// Two lock orders that an atomic flag keeps apart: explored completely, no inversion is told.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: unlimited=64
// run-bound: unlimited
#include <atomic>
#include <mutex>
#include <thread>

std::mutex left, right;
std::atomic<bool> done{false};

void forward() {
  {
    std::lock_guard first(left);
    std::lock_guard second(right);
  }
  done.store(true);
}

void backward() {
  if (!done.load()) return;
  std::lock_guard first(right);
  std::lock_guard second(left);
}

int main() {
  std::thread a(forward);
  std::thread b(backward);
  a.join();
  b.join();
}
