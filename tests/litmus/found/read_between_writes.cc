// A reader sees the first of two stores, then the second: two preemptions.
// SPDX-License-Identifier: Apache-2.0
//
// expect: assertion
// bound: 2
#include <atomic>
#include <cassert>
#include <thread>

std::atomic<int> stage{0};

void writer() {
  stage.store(1);
  stage.store(2);
}

void reader() {
  const int before = stage.load();
  const int after = stage.load();
  assert(!(before == 1 && after == 2));
}

int main() {
  std::thread a(writer);
  std::thread b(reader);
  a.join();
  b.join();
}
