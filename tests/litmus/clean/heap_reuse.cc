// A block freed by one thread and given to another begins a new life.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=3 1=3 2=3
// model: main = create a, create b, join a, join b
// model: a =
// model: b =
#include <thread>

void use() {
  int *block = new int(1);
  *block += 1;
  delete block;
}

int main() {
  std::thread a(use);
  std::thread b(use);
  a.join();
  b.join();
}
