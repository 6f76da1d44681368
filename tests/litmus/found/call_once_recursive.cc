// A call_once calls itself through the function that it runs.
// SPDX-License-Identifier: Apache-2.0
//
// expect: deadlock
// bound: 0
#include <mutex>
#include <thread>

std::once_flag flag;

void init() { std::call_once(flag, [] {}); }

int main() {
  std::thread thread([] { std::call_once(flag, init); });
  thread.join();
}
