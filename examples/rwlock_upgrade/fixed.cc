// A cache behind a readers-writer lock: a reader that has to write gives up reading first.
// SPDX-License-Identifier: Apache-2.0
#include <mutex>
#include <shared_mutex>
#include <thread>

std::shared_mutex guard;
int cached = 0;

void lookup() {
  {
    std::shared_lock reading(guard);
    if (cached != 0) return;
  }
  std::lock_guard writing(guard);
  if (cached == 0) cached = 42;
}

int main() {
  std::thread first(lookup);
  std::thread second(lookup);
  first.join();
  second.join();
}
