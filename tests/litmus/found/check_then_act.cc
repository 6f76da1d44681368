// What was checked under the lock no longer holds when it is acted on.
// SPDX-License-Identifier: Apache-2.0
//
// expect: assertion
// bound: 1
#include <cassert>
#include <mutex>
#include <thread>

std::mutex mutex;
int tickets = 1;

void buy() {
  bool available;
  {
    std::lock_guard lock(mutex);
    available = tickets > 0;
  }
  if (!available) return;
  std::lock_guard lock(mutex);
  assert(tickets > 0);
  tickets--;
}

int main() {
  std::thread a(buy);
  std::thread b(buy);
  a.join();
  b.join();
}
