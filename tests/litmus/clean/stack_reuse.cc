// A thread may get the stack of one that has ended: its old accesses mean nothing.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=11 1=19 2=19
#include <thread>

int sum(int n) {
  volatile int numbers[16] = {};
  for (int i = 0; i < 16; i++) numbers[i] = n + i;
  return numbers[n];
}

int main() {
  int result = 0;
  std::thread keeps_running([&] { result = sum(1); });
  for (int i = 0; i < 2; i++) {
    std::thread([] { sum(2); }).detach();
  }
  keeps_running.join();
  return result == 2 ? 0 : 1;
}
