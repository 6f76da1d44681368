// A thread joins itself through its own handle and does not expect the exception.
// SPDX-License-Identifier: Apache-2.0
//
// expect: crash
// bound: 0
#include <mutex>
#include <thread>

std::thread handle;
std::mutex mutex;

int main() {
  mutex.lock();
  handle = std::thread([] {
    { std::lock_guard wait_for_handle(mutex); }
    handle.join();
  });
  mutex.unlock();
  std::thread other([] {});
  other.join();
  handle.join();
}
