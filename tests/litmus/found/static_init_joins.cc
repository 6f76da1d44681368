// The initialiser of a static waits for a thread that needs the same static.
// SPDX-License-Identifier: Apache-2.0
//
// expect: deadlock
// bound: 0
#include <thread>

int instance();

int make() {
  std::thread helper([] { instance(); });
  helper.join();
  return 1;
}

int instance() {
  static const int value = make();
  return value;
}

int main() {
  std::thread first([] { instance(); });
  first.join();
}
