// A hit counter that loses hits: each step of the increment is atomic, the increment is not.
// SPDX-License-Identifier: Apache-2.0
//
// Goes wrong when one visitor is interrupted between its load and its store: the other one's
// increment falls in between and is overwritten. Fixed by one atomic read-modify-write.
#include <atomic>
#include <cassert>
#include <thread>

std::atomic<int> hits{0};

void visit() {
  const int seen = hits.load();
  hits.store(seen + 1);
}

int main() {
  std::thread first(visit);
  std::thread second(visit);
  first.join();
  second.join();
  assert(hits.load() == 2);
}
