// Two threads take two mutexes in opposite orders by std::scoped_lock, which gives back what it holds and tries again.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// bounds: 0 1
// executions: 0=3 1=19
// exhaustive: 2
#include <cassert>
#include <mutex>
#include <thread>

std::mutex a, b;
int sum = 0;

void add(std::mutex &first, std::mutex &second) {
  std::scoped_lock hold(first, second);
  sum++;
}

int main() {
  std::thread t([] { add(a, b); });
  std::thread u([] { add(b, a); });
  t.join();
  u.join();
  assert(sum == 2);
}
