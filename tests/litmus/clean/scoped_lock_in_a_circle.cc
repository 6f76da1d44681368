// Three threads take two of three mutexes each, round the circle: each pair of neighbours is in one order or the other, but never all in the same.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// bounds: 0
// executions: 0=13
// exhaustive: 6
#include <cassert>
#include <mutex>
#include <thread>

std::mutex forks[3];
int meals[3];

void eat(int i) {
  std::scoped_lock both(forks[i], forks[(i + 1) % 3]);
  meals[i]++;
  meals[(i + 1) % 3]++;
}

int main() {
  std::thread a([] { eat(0); }), b([] { eat(1); }), c([] { eat(2); });
  a.join();
  b.join();
  c.join();
  assert(meals[0] == 2 && meals[1] == 2 && meals[2] == 2);
}
