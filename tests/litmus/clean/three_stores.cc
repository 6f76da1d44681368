// Three threads with one store each.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=13 1=65 2=174
// model: main = create a, create b, create c, join a, join b, join c
// model: a = op
// model: b = op
// model: c = op
#include <atomic>
#include <thread>

std::atomic<int> value{0};

void store(int number) { value.store(number); }

int main() {
  std::thread a(store, 1);
  std::thread b(store, 2);
  std::thread c(store, 3);
  a.join();
  b.join();
  c.join();
}
