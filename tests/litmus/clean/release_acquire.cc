// A release store and the acquire load that reads it order plain data.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=3 1=7 2=10
// model: main = create a, create b, join a, join b
// model: a = op
// model: b = op
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
