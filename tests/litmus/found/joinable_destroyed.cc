// A thread object is destroyed while it is joinable: std::terminate.
// SPDX-License-Identifier: Apache-2.0
//
// expect: crash
// bound: 0
#include <thread>

int main() {
  std::thread thread([] {});
}
