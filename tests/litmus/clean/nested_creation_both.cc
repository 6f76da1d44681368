// Two threads each create and join a thread at the same time.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=35 1=217
// bounds: 0 1
// model: main = create a, create b, join a, join b
// model: a = create c, op, join c
// model: b = create d, op, join d
// model: c = op
// model: d = op
// exhaustive: 24
//
// Four increments, of which none comes before another: 4! orders. Who creates first makes no difference.
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
  std::thread a(outer);
  std::thread b(outer);
  a.join();
  b.join();
}
