// The main thread reads a member of its own local struct while a thread counts there.
// SPDX-License-Identifier: Apache-2.0
//
// expect: data-race
// bound: 0
#include <thread>

struct Stats {
  int hits = 0;
  int misses = 0;
};

int main() {
  Stats stats;
  std::thread t([&] { stats.misses++; });
  int seen = stats.misses;
  t.join();
  return seen > 5;
}
