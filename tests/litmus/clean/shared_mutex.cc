// Readers share, writers exclude.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=3 1=11 2=16
// model: main = create a, create b, join a, join b
// model: a = lock m, unlock m
// model: b = lock m, unlock m
#include <cassert>
#include <mutex>
#include <shared_mutex>
#include <thread>

std::shared_mutex mutex;
int left = 0, right = 0;

void writer() {
  std::lock_guard lock(mutex);
  left++;
  right++;
}

void reader() {
  std::shared_lock lock(mutex);
  assert(left == right);
}

int main() {
  std::thread a(writer);
  std::thread b(reader);
  a.join();
  b.join();
}
