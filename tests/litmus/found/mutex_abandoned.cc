// A thread ends without unlocking; the next one waits for ever.
// SPDX-License-Identifier: Apache-2.0
//
// expect: deadlock
// bound: 0
#include <mutex>
#include <thread>

std::mutex mutex;

void forgetful() { mutex.lock(); }

void next() { std::lock_guard lock(mutex); }

int main() {
  std::thread a(forgetful);
  std::thread b(next);
  a.join();
  b.join();
}
