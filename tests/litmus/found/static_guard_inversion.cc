// The guard of a function-local static and a mutex are taken in opposite orders.
// SPDX-License-Identifier: Apache-2.0
//
// expect: deadlock
// bound: 1
#include <mutex>
#include <thread>

std::recursive_mutex mutex;

int make() {
  std::lock_guard lock(mutex);
  return 1;
}

int instance() {
  static const int value = make();
  return value;
}

void plain() { instance(); }

void locked() {
  std::lock_guard lock(mutex);
  instance();
}

int main() {
  std::thread a(plain);
  std::thread b(locked);
  a.join();
  b.join();
}
