// A thread copies a table until told to stop: it never yields, and no two rounds are alike.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=1
// bounds: 0
// exhaustive: unbounded reader_until_told.cc:19
#include <atomic>
#include <thread>

std::atomic<unsigned> table[64];
std::atomic<bool> stop{false}, started{false};

int main() {
  for (unsigned i = 0; i < 64; i++) table[i] = i * i;
  std::thread reader([] {
    std::atomic<unsigned> copy{0};
    started = true;
    for (unsigned at = 1; !stop; at = at * 1103515245u + 12345u) copy = table[at >> 16 & 63].load();
  });
  while (!started) {
  }
  stop = true;
  reader.join();
}
