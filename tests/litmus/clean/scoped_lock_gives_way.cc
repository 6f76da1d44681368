// A thread takes two mutexes one after the other, another one takes them together in the opposite order and gives way.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// bounds: 0
// executions: 0=3
// exhaustive: 2
#include <cassert>
#include <mutex>
#include <thread>

std::mutex a, b;
int sum = 0;

int main() {
  std::thread t([] {
    std::lock_guard first(b);
    std::lock_guard second(a);
    sum++;
  });
  std::thread u([] {
    std::scoped_lock both(a, b);
    sum++;
  });
  t.join();
  u.join();
  assert(sum == 2);
}
