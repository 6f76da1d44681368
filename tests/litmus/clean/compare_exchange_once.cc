// A strong compare-exchange elects exactly one of two threads.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=3 1=7 2=10
// model: main = create a, create b, join a, join b
// model: a = op
// model: b = op
#include <atomic>
#include <cassert>
#include <thread>

std::atomic<int> leader{0};
int elected = 0;

void stand(int id) {
  int nobody = 0;
  if (leader.compare_exchange_strong(nobody, id)) elected++;
}

int main() {
  std::thread a(stand, 1);
  std::thread b(stand, 2);
  a.join();
  b.join();
  assert(elected == 1);
}
