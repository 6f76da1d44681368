// A thread spins on a plain variable that another has already set.
// SPDX-License-Identifier: Apache-2.0
//
// expect: data-race
// bound: 0
#include <thread>

bool flag = false;

void setter() { flag = true; }

void spinner() {
  while (!flag) {
  }
}

int main() {
  std::thread a(setter);
  std::thread b(spinner);
  a.join();
  b.join();
}
