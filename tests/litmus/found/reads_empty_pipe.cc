// A thread reads from a pipe that nobody writes to: blocked outside control, no deadlock.
// SPDX-License-Identifier: Apache-2.0
//
// expect: uncontrolled
// bound: 0
// options: --patience 300ms
#include <unistd.h>

#include <thread>

int ends[2];

void reader() {
  char byte;
  if (read(ends[0], &byte, 1) != 1) return;
}

int main() {
  if (pipe(ends) != 0) return 1;
  std::thread thread(reader);
  thread.join();
}
