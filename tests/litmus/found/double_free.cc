// Two threads decide, one after the other, that they are the last and free.
// SPDX-License-Identifier: Apache-2.0
//
// expect: use-after-destroy
// bound: 1
#include <atomic>
#include <thread>

int *block = new int(0);
std::atomic<int> users{2};

void release() {
  users.fetch_sub(1);
  if (users.load() == 0) delete block;
}

int main() {
  std::thread a(release);
  std::thread b(release);
  a.join();
  b.join();
}
