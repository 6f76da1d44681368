// A detached thread uses a heap object that main frees without waiting.
// SPDX-License-Identifier: Apache-2.0
//
// expect: data-race
// bound: 0
#include <thread>

int main() {
  int *counter = new int(0);
  std::thread([counter] { *counter = 1; }).detach();
  std::thread other([] {});
  other.join();
  delete counter;
}
