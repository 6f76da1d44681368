// A hit counter that loses nothing: the increment is one atomic operation.
// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <cassert>
#include <thread>

std::atomic<int> hits{0};

void visit() { hits.fetch_add(1); }

int main() {
  std::thread first(visit);
  std::thread second(visit);
  first.join();
  second.join();
  assert(hits.load() == 2);
}
