// A function-local static whose initialiser throws is tried again.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=3 1=15 2=37
#include <cassert>
#include <stdexcept>
#include <thread>

int attempts = 0;

int make() {
  if (++attempts == 1) throw std::runtime_error("not yet");
  return 42;
}

void use() {
  try {
    static const int value = make();
    assert(value == 42);
  } catch (const std::runtime_error &) {
  }
}

int main() {
  std::thread a(use);
  std::thread b(use);
  a.join();
  b.join();
  assert(attempts == 2);
}
