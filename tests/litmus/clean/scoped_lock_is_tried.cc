// A thread tries one of two mutexes that two others take together: it could meet it while one of them only looks, which is not gone through.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// bounds: 0
// executions: 0=13
// exhaustive: 10
// assumes: no try_lock meets a mutex that std::lock holds for a moment
#include <mutex>
#include <thread>

std::mutex a, b;

int main() {
  std::thread t([] { std::scoped_lock both(a, b); });
  std::thread u([] { std::scoped_lock both(b, a); });
  std::thread v([] {
    if (a.try_lock()) a.unlock();
  });
  t.join();
  u.join();
  v.join();
}
