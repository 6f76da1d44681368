// notify_all_at_thread_exit wakes a waiter when the thread is gone.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=2 1=7 2=13
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

std::mutex mutex;
std::condition_variable condition;
bool ready = false;

void setter() {
  std::unique_lock lock(mutex);
  ready = true;
  std::notify_all_at_thread_exit(condition, std::move(lock));
}

int main() {
  std::thread thread(setter);
  {
    std::unique_lock lock(mutex);
    condition.wait(lock, [] { return ready; });
  }
  thread.join();
}
