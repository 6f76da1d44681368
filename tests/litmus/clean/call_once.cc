// call_once runs its function once and orders it before every return.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=3 1=10 2=13
// model: main = create a, create b, join a, join b
// model: a = once o
// model: b = once o
#include <cassert>
#include <mutex>
#include <thread>

std::once_flag flag;
int value = 0;

void use() {
  std::call_once(flag, [] { value++; });
  assert(value == 1);
}

int main() {
  std::thread a(use);
  std::thread b(use);
  a.join();
  b.join();
}
