// A pointer is checked, then set to null by another thread, then used.
// SPDX-License-Identifier: Apache-2.0
//
// expect: crash
// bound: 1
#include <atomic>
#include <thread>

int value = 1;
std::atomic<int *> pointer{&value};

void user() {
  if (pointer.load() != nullptr) *pointer.load() += 1;
}

void clearer() { pointer.store(nullptr); }

int main() {
  std::thread a(user);
  std::thread b(clearer);
  a.join();
  b.join();
}
