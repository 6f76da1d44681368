// A lock by compare-exchange is never released by the thread that ended.
// SPDX-License-Identifier: Apache-2.0
//
// expect: livelock
// bound: 0
#include <atomic>
#include <thread>

std::atomic<int> owner{0};

void take(int id) {
  int nobody = 0;
  while (!owner.compare_exchange_weak(nobody, id)) {
    nobody = 0;
    std::this_thread::yield();
  }
}

int main() {
  std::thread a(take, 1);
  std::thread b(take, 2);
  a.join();
  b.join();
}
