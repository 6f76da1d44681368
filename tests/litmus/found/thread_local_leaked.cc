// A thread reads another thread's thread_local variable through a pointer.
// SPDX-License-Identifier: Apache-2.0
//
// expect: data-race
// bound: 1
//
// The reader must come between the two stores.
#include <atomic>
#include <thread>

thread_local int mine = 0;
std::atomic<int *> leaked{nullptr};

void owner() {
  mine = 1;
  leaked.store(&mine);
  mine = 2;
  leaked.store(nullptr);
}

void reader() {
  if (int *other = leaked.load()) *other += 1;
}

int main() {
  std::thread a(owner);
  std::thread b(reader);
  a.join();
  b.join();
}
