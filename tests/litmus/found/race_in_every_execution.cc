// Each execution fails, the last one too: with --keep-going nothing is left to explore after it.
// SPDX-License-Identifier: Apache-2.0
//
// expect: data-race
// bound: 0
// options: --keep-going=3
#include <thread>

int counter = 0;

int main() {
  std::thread thread([] { ++counter; });
  ++counter;
  thread.join();
}
