// Plain data under a lock decides what a thread does next: each thread goes its ways alone before they meet.
// SPDX-License-Identifier: Apache-2.0
//
// expect: assertion
// bound: 0
#include <atomic>
#include <cassert>
#include <mutex>
#include <thread>

std::mutex mutex;
int last = 0;
std::atomic<int> steps{0};

void enter(int self, int after) {
  std::lock_guard guard(mutex);
  if (last == after) steps.fetch_add(1);
  last = self;
}

int main() {
  std::thread a([] { enter(1, 3); });
  std::thread b([] { enter(2, 0); });
  std::thread c([] { enter(3, 2); });
  a.join();
  b.join();
  c.join();
  assert(steps.load() != 3);          // only in the order b, c, a
}
