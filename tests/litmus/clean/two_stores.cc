// Two threads with one store each.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=3 1=7 2=10
// model: main = create a, create b, join a, join b
// model: a = op
// model: b = op
#include <atomic>
#include <thread>

std::atomic<int> value{0};

int main() {
  std::thread a([] { value.store(1); });
  std::thread b([] { value.store(2); });
  a.join();
  b.join();
}
