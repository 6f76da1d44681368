// The program fails in every execution: no interleaving is needed.
// SPDX-License-Identifier: Apache-2.0
//
// expect: test-failed
// bound: 0
#include <thread>

int main() {
  std::thread thread([] {});
  thread.join();
  return 7;
}
