// A program decides by random bytes what it does.
// SPDX-License-Identifier: Apache-2.0
//
// expect: nondeterminism
// bound: 0
// deterministic: no
#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <thread>

std::atomic<int> value{0};

void work() {
  unsigned char random[32];
  const int file = open("/dev/urandom", O_RDONLY);
  if (read(file, random, sizeof random) != sizeof random) return;
  close(file);
  // As many operations as there are odd bytes: two executions agree by chance once in a hundred.
  for (unsigned char byte : random) {
    if (byte & 1) value.fetch_add(1);
  }
}

int main() {
  std::thread a(work);
  std::thread b(work);
  a.join();
  b.join();
}
