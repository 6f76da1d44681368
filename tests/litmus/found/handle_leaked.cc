// A thread whose handle is never destroyed is never joined either.
// SPDX-License-Identifier: Apache-2.0
//
// expect: thread-leak
// bound: 0
//
// Main does not wait for the first thread, but some schedule lets it end before main does.
#include <thread>

int main() {
  new std::thread([] {});
  std::thread other([] {});
  other.join();
}
