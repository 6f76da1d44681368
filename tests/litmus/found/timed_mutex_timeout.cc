// A program relies on getting a lock within an hour: nobody promises that.
// SPDX-License-Identifier: Apache-2.0
//
// expect: assertion
// bound: 1
#include <cassert>
#include <chrono>
#include <mutex>
#include <thread>

std::timed_mutex mutex;

void holder() { std::lock_guard lock(mutex); }

void impatient() {
  const bool locked = mutex.try_lock_for(std::chrono::hours(1));
  assert(locked);
  mutex.unlock();
}

int main() {
  std::thread a(holder);
  std::thread b(impatient);
  a.join();
  b.join();
}
