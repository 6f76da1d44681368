// More operations than an execution may have steps, before there is a second thread: they are not counted as steps.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=3 1=7 2=10
// options: --max-steps 1000
#include <atomic>
#include <thread>

std::atomic<int> count{0};

void add() { count.fetch_add(1); }

int main() {
  for (int i = 0; i < 5000; i++) add();
  std::thread a(add), b(add);
  a.join();
  b.join();
  return count == 5002 ? 0 : 1;
}
