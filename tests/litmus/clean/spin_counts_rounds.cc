// A thread counts how often it looks at a flag: no two rounds are the same.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// bounds: 0 1
// executions: 0=1 1=2
// exhaustive: unbounded spin_counts_rounds.cc:18
// loop-bound: 3=3+1
#include <atomic>
#include <thread>

std::atomic<bool> ready{false};

int main() {
  int rounds = 0;
  std::thread a([&rounds] {
    int seen = 0;
    while (!ready.load()) seen++;
    rounds = seen;
  });
  ready.store(true);
  a.join();
  return rounds < 0;
}
