// Main reads a result before it joins the thread that writes it.
// SPDX-License-Identifier: Apache-2.0
//
// expect: data-race
// bound: 0
#include <thread>

int result = 0;

int main() {
  std::thread worker([] { result = 42; });
  const bool early = result == 42;
  worker.join();
  return early && result != 42;
}
