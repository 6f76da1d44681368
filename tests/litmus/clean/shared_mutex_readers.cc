// Two readers hold the lock at once: one never waits for the other.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=3 1=11 2=24
// model: main = create a, create b, join a, join b
// model: a = op, op
// model: b = op, op
#include <shared_mutex>
#include <thread>

std::shared_mutex mutex;

void reader() { std::shared_lock lock(mutex); }

int main() {
  std::thread a(reader);
  std::thread b(reader);
  a.join();
  b.join();
}
