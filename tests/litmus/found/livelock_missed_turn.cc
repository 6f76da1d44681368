// A thread that saw turn 1 waits for turn 0, which never comes back.
// SPDX-License-Identifier: Apache-2.0
//
// expect: livelock
// bound: 1
#include <atomic>
#include <thread>

std::atomic<int> turn{0};

void first() {
  turn.store(1);
  turn.store(2);
}

void second() {
  int seen = turn.load();
  while (seen == 1) {
    std::this_thread::yield();
    if (turn.load() == 0) return;
  }
}

int main() {
  std::thread a(first);
  std::thread b(second);
  a.join();
  b.join();
}
