// A release fence before and an acquire fence after relaxed operations order plain data.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// memory-model: sc
// executions: 0=3 1=9 2=16
#include <atomic>
#include <cassert>
#include <thread>

int data = 0;
std::atomic<bool> ready{false};

void writer() {
  data = 1;
  std::atomic_thread_fence(std::memory_order_release);
  ready.store(true, std::memory_order_relaxed);
}

void reader() {
  if (ready.load(std::memory_order_relaxed)) {
    std::atomic_thread_fence(std::memory_order_acquire);
    assert(data == 1);
  }
}

int main() {
  std::thread a(writer);
  std::thread b(reader);
  a.join();
  b.join();
}
