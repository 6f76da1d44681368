// A thread adds up a table of plain numbers for longer than one that waits would take: that is no loop that waits.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// bounds: 1
// executions: 1=4
// os-threads: each execution takes long
// exhaustive: 2
#include <atomic>
#include <cstdlib>
#include <thread>

std::atomic<int> last{0};
int table[1000];

void add_up() {
  long sum = 0;
  for (int round = 0; round < 30000; round++)
    for (int i : table) sum += i;
  if (sum != 30000) std::abort();
  last.store(1);
}

int main() {
  table[500] = 1;
  std::thread a(add_up);
  std::thread b([] { last.store(2); });
  a.join();
  b.join();
}
