// A thread leaves something in memory by a function of a library, and reads by one what it wrote itself, in rare executions only.
// SPDX-License-Identifier: Apache-2.0
//
// Whether a thread can run without the others (runtime/by_graph/partial.h) must not depend on what is seen first.
//
// expect: clean
// exhaustive: 792
// executions: 0=17 1=165
// bounds: 0 1
#include <atomic>
#include <cstdlib>
#include <thread>

std::atomic<int> x{0}, y{0};
unsigned seed = 1;
char text[16] = "0";

void writer() {
  for (int i = 1; i <= 7; i++) x.store(i, std::memory_order_relaxed);
}

void reader() {
  const unsigned before = seed;
  int seen = 0;
  for (int i = 0; i < 5; i++) seen = seen * 8 + x.load(std::memory_order_relaxed);
  if (seen >= 030000 || seen % 37 != 5) return;                // most of the 792 ways
  if (before != 1 || std::atoi(text) != 0) y.store(1, std::memory_order_relaxed);      // one operation more, if it finds what it left
  rand_r(&seed);
  text[0] = '7';
}

int main() {
  std::thread a(writer), b(reader);
  a.join();
  b.join();
}
