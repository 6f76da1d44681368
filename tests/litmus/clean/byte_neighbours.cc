// Two threads write neighbouring bytes: each is a memory location of its own.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=3 1=3 2=3
// model: main = create a, create b, join a, join b
// model: a =
// model: b =
#include <thread>

alignas(8) char bytes[8];

int main() {
  std::thread a([] { bytes[3] = 1; });
  std::thread b([] { bytes[4] = 1; });
  a.join();
  b.join();
}
