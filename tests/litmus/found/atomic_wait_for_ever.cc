// A thread waits on an atomic that nobody ever uses otherwise.
// SPDX-License-Identifier: Apache-2.0
//
// expect: deadlock
// bound: 0
#include <atomic>
#include <thread>

int main() {
  std::atomic<int> go{0};
  std::thread t([&] { go.wait(0); });
  t.join();
}
