// A thread spins on a plain variable that nobody has set yet: must not hang the tool.
// SPDX-License-Identifier: Apache-2.0
//
// expect: data-race
// bound: 0
//
// The default schedule runs the spinner first. It reaches no scheduling point by itself.
#include <thread>

bool flag = false;

void setter() { flag = true; }

void spinner() {
  while (!flag) {
  }
}

int main() {
  std::thread a(spinner);
  std::thread b(setter);
  a.join();
  b.join();
}
