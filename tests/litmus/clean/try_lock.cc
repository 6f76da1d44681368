// Two threads that try a lock and do without it.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=3 1=11 2=21
#include <mutex>
#include <thread>

std::mutex mutex;
int value = 0;

void attempt() {
  if (mutex.try_lock()) {
    value++;
    mutex.unlock();
  }
}

int main() {
  std::thread a(attempt);
  std::thread b(attempt);
  a.join();
  b.join();
}
