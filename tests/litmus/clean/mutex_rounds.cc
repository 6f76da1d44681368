// Rounds of equal lock operations that change what the lock guards: work, and not a loop that waits.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=3 1=51 2=306
// model: main = create a, create b, join a, join b
// model: a = lock m, unlock m, lock m, unlock m, lock m, unlock m, lock m, unlock m, lock m, unlock m, lock m, unlock m
// model: b = lock m, unlock m, lock m, unlock m, lock m, unlock m, lock m, unlock m, lock m, unlock m, lock m, unlock m
#include <mutex>
#include <thread>

std::mutex mutex;
int counter = 0;

void work() {
  for (int i = 0; i < 6; i++) {
    std::lock_guard lock(mutex);
    counter++;
  }
}

int main() {
  std::thread a(work), b(work);
  a.join();
  b.join();
  return counter == 12 ? 0 : 1;
}
