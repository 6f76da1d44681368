// A timed shared lock beside a writer.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=5 1=20 2=32
// exhaustive: 3
#include <chrono>
#include <mutex>
#include <shared_mutex>
#include <thread>

std::shared_timed_mutex mutex;
int value = 0;

void writer() {
  std::lock_guard lock(mutex);
  value++;
}

void reader() {
  std::shared_lock lock(mutex, std::chrono::hours(1));
  if (lock.owns_lock() && value > 1) value = 0;
}

int main() {
  std::thread a(writer);
  std::thread b(reader);
  a.join();
  b.join();
}
