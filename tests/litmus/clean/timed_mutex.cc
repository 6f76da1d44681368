// A timed lock that handles its timeout.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=5 1=20 2=32
// exhaustive: 3
#include <chrono>
#include <mutex>
#include <thread>

std::timed_mutex mutex;
int value = 0;

void holder() {
  std::lock_guard lock(mutex);
  value++;
}

void patient() {
  std::unique_lock lock(mutex, std::chrono::hours(1));
  if (lock.owns_lock()) value++;
}

int main() {
  std::thread a(holder);
  std::thread b(patient);
  a.join();
  b.join();
}
