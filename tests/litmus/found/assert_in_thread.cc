// A thread fails an assertion in every execution.
// SPDX-License-Identifier: Apache-2.0
//
// expect: assertion
// bound: 0
#include <cassert>
#include <thread>

int main() {
  int value = 1;
  std::thread thread([&] { assert(value == 2); });
  thread.join();
}
