// A reader asks for the exclusive lock while it still reads.
// SPDX-License-Identifier: Apache-2.0
//
// expect: deadlock
// bound: 0
#include <mutex>
#include <shared_mutex>
#include <thread>

std::shared_mutex mutex;
int cached = 0;

void lookup() {
  std::shared_lock reading(mutex);
  if (cached == 0) {
    std::lock_guard writing(mutex);
    cached = 1;
  }
}

int main() {
  std::thread thread(lookup);
  thread.join();
}
