// A thread writes a local variable of main's while main reads it.
// SPDX-License-Identifier: Apache-2.0
//
// expect: data-race
// bound: 0
#include <thread>

int main() {
  int local = 0;
  std::thread worker([&local] { local = 1; });
  const bool early = local == 1;
  worker.join();
  return early && local == 2;
}
