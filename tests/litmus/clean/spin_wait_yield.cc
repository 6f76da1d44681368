// A thread yields until a flag is set.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=2 1=5 2=8
#include <atomic>
#include <thread>

std::atomic<bool> ready{false};

void spinner() {
  while (!ready.load()) std::this_thread::yield();
}

int main() {
  std::thread a(spinner);
  std::thread b([] { ready.store(true); });
  a.join();
  b.join();
}
