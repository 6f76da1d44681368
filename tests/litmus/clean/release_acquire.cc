// A release store and the acquire load that reads it order plain data.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=5 1=12 2=17
// model: main = create a, create b, join a, join b
// model: a = store ready rel
// model: b = load ready acq
#include <atomic>
#include <cassert>
#include <thread>

int data = 0;
std::atomic<bool> ready{false};

void writer() {
  data = 1;
  ready.store(true, std::memory_order_release);
}

void reader() {
  if (ready.load(std::memory_order_acquire)) assert(data == 1);
}

int main() {
  std::thread a(writer);
  std::thread b(reader);
  a.join();
  b.join();
}
