// Two increments of which one can get lost: fails with one preemption.
// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <cassert>
#include <cstdio>
#include <thread>

std::atomic<int> hits{0};

void visit() {
  int seen = hits.load();
  hits.store(seen + 1);
}

int main() {
  std::thread first(visit), second(visit);
  first.join();
  second.join();
  std::printf("%d hits\n", hits.load());
  std::fflush(stdout);   // abort() does not
  assert(hits.load() == 2);
}
