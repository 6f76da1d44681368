// Two threads each create a thread; the second one's is wrong to expect that the first one's was there before.
// SPDX-License-Identifier: Apache-2.0
//
// expect: assertion
// bound: 0
#include <atomic>
#include <cassert>
#include <thread>

std::atomic<int> arrived{0};

void first() {
  std::thread thread([] { arrived.fetch_add(1); });
  thread.join();
}

void second() {
  std::thread thread([] { assert(arrived.fetch_add(1) == 1); });
  thread.join();
}

int main() {
  std::thread a(first);
  std::thread b(second);
  a.join();
  b.join();
}
