// Two threads print; the C library orders its streams itself.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=3 1=3 2=3
#include <cstdio>
#include <iostream>
#include <thread>

int main() {
  std::thread a([] { std::puts("hello from a"); });
  std::thread b([] { std::cout << "hello from b" << std::endl; });
  a.join();
  b.join();
}
