// std::lock of guards, one of them shared: a reader of one mutex, a writer of the other, and two such threads the other way round.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// bounds: 0
// executions: 0=3
// exhaustive: 2
#include <cassert>
#include <mutex>
#include <shared_mutex>
#include <thread>

std::shared_mutex left, right;
int on_left = 1, on_right = 1;

void copy(std::shared_mutex &from_mutex, const int &from, std::shared_mutex &to_mutex, int &to) {
  std::shared_lock reading(from_mutex, std::defer_lock);
  std::unique_lock writing(to_mutex, std::defer_lock);
  std::lock(reading, writing);
  to = from + 1;
}

int main() {
  std::thread t([] { copy(left, on_left, right, on_right); });
  std::thread u([] { copy(right, on_right, left, on_left); });
  t.join();
  u.join();
  assert(on_left + on_right == 5);
}
