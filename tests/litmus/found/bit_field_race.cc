// Two threads write neighbouring bit-fields: they share one memory location.
// SPDX-License-Identifier: Apache-2.0
//
// expect: data-race
// bound: 0
#include <thread>

struct Flags {
  unsigned low : 4;
  unsigned high : 4;
} flags;

int main() {
  std::thread a([] { flags.low = 1; });
  std::thread b([] { flags.high = 1; });
  a.join();
  b.join();
}
