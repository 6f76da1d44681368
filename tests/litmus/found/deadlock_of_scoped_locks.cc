// Each thread holds a mutex that the other one takes together with one that both want: std::scoped_lock gives that back, and it does not help.
// SPDX-License-Identifier: Apache-2.0
//
// expect: deadlock
// bound: 1
#include <mutex>
#include <thread>

std::mutex a, b, c;

int main() {
  std::thread t([] {
    std::lock_guard first(a);
    std::scoped_lock rest(b, c);
  });
  std::thread u([] {
    std::lock_guard first(c);
    std::scoped_lock rest(b, a);
  });
  t.join();
  u.join();
}
