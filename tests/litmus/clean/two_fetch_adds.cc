// Two threads with two read-modify-writes each.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=3 1=11 2=24
// model: main = create a, create b, join a, join b, op
// model: a = op, op
// model: b = op, op
#include <atomic>
#include <cassert>
#include <thread>

std::atomic<int> value{0};

void add_twice() {
  value.fetch_add(1);
  value.fetch_add(1);
}

int main() {
  std::thread a(add_twice);
  std::thread b(add_twice);
  a.join();
  b.join();
  assert(value.load() == 4);
}
