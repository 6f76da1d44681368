// A mutex ends its life while it is held.
// SPDX-License-Identifier: Apache-2.0
//
// expect: mutex-misuse
// bound: 0
//
// libstdc++'s own mutex has a trivial destructor: without rewriting only the end of the memory is
// seen.
#include <memory>
#include <mutex>
#include <thread>

void work() {
  auto mutex = std::make_unique<std::mutex>();
  mutex->lock();
}

int main() {
  std::thread thread(work);
  thread.join();
}
