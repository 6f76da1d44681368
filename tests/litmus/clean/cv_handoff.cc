// A value handed over under a mutex with a condition variable.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=3 1=12 2=18
// model: main = create a, create b, join a, join b
// model: a = lock m, await c m f, unlock m
// model: b = lock m, set f, notify c, unlock m
#include <cassert>
#include <condition_variable>
#include <mutex>
#include <thread>

std::mutex mutex;
std::condition_variable condition;
bool ready = false;
int data = 0;

void taker() {
  std::unique_lock lock(mutex);
  condition.wait(lock, [] { return ready; });
  assert(data == 1);
}

void giver() {
  std::lock_guard lock(mutex);
  data = 1;
  ready = true;
  condition.notify_one();
}

int main() {
  std::thread a(taker);
  std::thread b(giver);
  a.join();
  b.join();
}
