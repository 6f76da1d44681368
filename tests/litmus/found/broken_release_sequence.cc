// A relaxed store after a release store ends the release sequence, since C++20 ([intro.races]/5).
// SPDX-License-Identifier: Apache-2.0
//
// expect: data-race
// bound: 0
#include <atomic>
#include <thread>

int data = 0;
std::atomic<int> stage{0};

void writer() {
  data = 1;
  stage.store(1, std::memory_order_release);
  stage.store(2, std::memory_order_relaxed);
}

void reader() {
  if (stage.load(std::memory_order_acquire) == 2) data = 2;
}

int main() {
  std::thread a(writer);
  std::thread b(reader);
  a.join();
  b.join();
}
