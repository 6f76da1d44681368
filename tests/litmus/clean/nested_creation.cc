// A thread creates and joins a thread.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=1 1=5 2=11
// model: main = create a, op, join a
// model: a = create b, op, join b
// model: b = op
#include <atomic>
#include <thread>

std::atomic<int> value{0};

void inner() { value.fetch_add(1); }

void outer() {
  std::thread thread(inner);
  value.fetch_add(1);
  thread.join();
}

int main() {
  std::thread thread(outer);
  value.fetch_add(1);
  thread.join();
}
