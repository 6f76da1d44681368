// Nobody notifies: a timed wait ends by its deadline, at once on the virtual clock.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=13 1=75 2=163
// exhaustive: 46
#include <cassert>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

std::mutex mutex;
std::condition_variable condition;

void waiter() {
  const auto begin = std::chrono::steady_clock::now();
  std::unique_lock lock(mutex);
  const bool notified = condition.wait_for(lock, std::chrono::hours(1), [] { return false; });
  assert(!notified);
  assert(std::chrono::steady_clock::now() - begin >= std::chrono::hours(1));
}

int main() {
  std::thread a(waiter);
  std::thread b(waiter);
  a.join();
  b.join();
}
