// A thread that goes round in a loop for ever is left behind when the program ends.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// bounds: 0 1 2
// executions: 0=1 1=3 2=16
// exhaustive: 2
#include <atomic>
#include <thread>

std::atomic<int> never{0}, counter{0};

int main() {
  std::thread spinner([] {
    counter++;
    while (never.load() != 7) {
    }
  });
  spinner.detach();
  counter++;
}
