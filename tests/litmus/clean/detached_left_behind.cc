// Main returns while a detached thread still waits: a note, as in real life.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=1 1=6 2=14
//
// Mutex and condition are never destroyed: the thread may use them until the very end.
#include <condition_variable>
#include <mutex>
#include <thread>

std::mutex &mutex = *new std::mutex;
std::condition_variable &condition = *new std::condition_variable;

int main() {
  std::thread([] {
    std::unique_lock lock(mutex);
    condition.wait(lock, [] { return false; });
  }).detach();
  std::lock_guard lock(mutex);
}
