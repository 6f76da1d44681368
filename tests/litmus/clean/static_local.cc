// A function-local static is made once and ordered before every use.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=3 1=12 2=30
#include <cassert>
#include <thread>

int makes = 0;

int make() {
  makes++;
  return 42;
}

const int &instance() {
  static const int value = make();
  return value;
}

void use() { assert(instance() == 42); }

int main() {
  std::thread a(use);
  std::thread b(use);
  a.join();
  b.join();
  assert(makes == 1);
}
