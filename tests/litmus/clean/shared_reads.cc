// Threads may read the same data at once.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=3 1=3 2=3
// model: main = create a, create b, join a, join b
// model: a =
// model: b =
#include <cassert>
#include <thread>

int data = 0;

void reader() { assert(data == 7); }

int main() {
  data = 7;
  std::thread a(reader);
  std::thread b(reader);
  a.join();
  b.join();
  data = 8;
}
