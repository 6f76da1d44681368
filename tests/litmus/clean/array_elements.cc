// Two threads write different elements of one vector.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=3 1=3 2=3
// model: main = create a, create b, join a, join b
// model: a =
// model: b =
#include <thread>
#include <vector>

std::vector<int> values(2);

int main() {
  std::thread a([] { values[0] = 1; });
  std::thread b([] { values[1] = 2; });
  a.join();
  b.join();
}
