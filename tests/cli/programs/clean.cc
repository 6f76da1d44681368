// Two increments under a mutex: no schedule fails.
// SPDX-License-Identifier: Apache-2.0
#include <mutex>
#include <thread>

std::mutex mutex;
int hits = 0;

void visit() {
  std::lock_guard<std::mutex> lock(mutex);
  hits++;
}

int main() {
  std::thread first(visit), second(visit);
  first.join();
  second.join();
  return hits == 2 ? 0 : 1;
}
