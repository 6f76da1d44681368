// A thread tries a lock again and again that another left taken.
// SPDX-License-Identifier: Apache-2.0
//
// expect: livelock
// bound: 0
#include <mutex>
#include <thread>

std::mutex mutex;

void take() {
  while (!mutex.try_lock()) std::this_thread::yield();
}

int main() {
  std::thread a(take);
  std::thread b(take);
  a.join();
  b.join();
}
