// Bit-fields separated by a zero-width one are different memory locations.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=3 1=3 2=3
// model: main = create a, create b, join a, join b
// model: a =
// model: b =
#include <thread>

struct Flags {
  unsigned low : 8;
  unsigned : 0;
  unsigned high : 8;
} flags;

int main() {
  std::thread a([] { flags.low = 1; });
  std::thread b([] { flags.high = 1; });
  a.join();
  b.join();
}
