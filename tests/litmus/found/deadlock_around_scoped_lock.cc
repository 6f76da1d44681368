// std::scoped_lock gives back what it takes, but not what its thread holds already.
// SPDX-License-Identifier: Apache-2.0
//
// expect: deadlock
// bound: 1
#include <mutex>
#include <thread>

std::mutex outer, a, b;

int main() {
  std::thread t([] {
    std::lock_guard first(outer);
    std::scoped_lock both(a, b);
  });
  std::thread u([] {
    std::lock_guard first(b);
    std::lock_guard second(outer);
  });
  t.join();
  u.join();
}
