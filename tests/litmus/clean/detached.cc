// A detached thread tells that it has finished.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=2 1=7 2=11
// model: main = create a, lock m, await c m f, unlock m
// model: a = lock m, set f, notify c, unlock m
#include <condition_variable>
#include <mutex>
#include <thread>

std::mutex mutex;
std::condition_variable condition;
bool done = false;

int main() {
  std::thread([] {
    std::lock_guard lock(mutex);
    done = true;
    condition.notify_one();
  }).detach();
  std::unique_lock lock(mutex);
  condition.wait(lock, [] { return done; });
}
