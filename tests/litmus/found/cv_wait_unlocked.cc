// A thread waits with a lock object that pretends to hold its mutex.
// SPDX-License-Identifier: Apache-2.0
//
// expect: mutex-misuse
// bound: 0
#include <condition_variable>
#include <mutex>
#include <thread>

std::mutex mutex;
std::condition_variable condition;

void waiter() {
  std::unique_lock lock(mutex, std::adopt_lock);
  condition.wait(lock);
}

int main() {
  std::thread thread(waiter);
  condition.notify_one();
  thread.join();
}
