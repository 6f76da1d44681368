// Two waiters are woken by one notify_all.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=3 1=57 2=271
// model: main = create a, create b, lock m, set f, unlock m, notify_all c, join a, join b
// model: a = lock m, await c m f, unlock m
// model: b = lock m, await c m f, unlock m
#include <condition_variable>
#include <mutex>
#include <thread>

std::mutex mutex;
std::condition_variable condition;
bool open = false;

void pass() {
  std::unique_lock lock(mutex);
  condition.wait(lock, [] { return open; });
}

int main() {
  std::thread a(pass);
  std::thread b(pass);
  {
    std::lock_guard lock(mutex);
    open = true;
  }
  condition.notify_all();
  a.join();
  b.join();
}
