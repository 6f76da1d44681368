// A condition variable ends its life while a thread waits for it.
// SPDX-License-Identifier: Apache-2.0
//
// expect: mutex-misuse
// bound: 1
//
// Main must give way once, so that the waiter waits already.
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

std::mutex mutex;
auto condition = std::make_unique<std::condition_variable>();
bool closed = false;

void wait() {
  std::unique_lock lock(mutex);
  while (!closed) condition->wait(lock);
}

int main() {
  std::thread waiter(wait);
  {
    std::lock_guard lock(mutex);
    closed = true;
    if (condition) condition.reset();
  }
  waiter.join();
}
