// A pointer found under the lock is used under the lock later, when the object is gone.
// SPDX-License-Identifier: Apache-2.0
//
// expect: use-after-destroy
// bound: 1
#include <mutex>
#include <thread>

std::mutex mutex;
int *current = new int(0);

void user() {
  int *found;
  {
    std::lock_guard lock(mutex);
    found = current;
  }
  if (found == nullptr) return;
  std::lock_guard lock(mutex);
  *found = 1;
}

void owner() {
  std::lock_guard lock(mutex);
  delete current;
  current = nullptr;
}

int main() {
  std::thread a(user);
  std::thread b(owner);
  a.join();
  b.join();
}
