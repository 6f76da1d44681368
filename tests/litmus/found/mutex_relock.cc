// A thread locks a mutex that it holds.
// SPDX-License-Identifier: Apache-2.0
//
// expect: mutex-misuse
// bound: 0
#include <mutex>
#include <thread>

std::mutex mutex;

int value() {
  std::lock_guard lock(mutex);
  return 1;
}

void twice() {
  std::lock_guard lock(mutex);
  value();
}

int main() {
  std::thread thread(twice);
  thread.join();
}
