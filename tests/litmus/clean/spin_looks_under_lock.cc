// A thread takes a lock to look whether it need wait any longer; another tries the same lock, and may find it taken.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// bounds: 0 1
// executions: 0=2 1=12
// exhaustive: unbounded spin_looks_under_lock.cc:19
// loop-bound: 2=4+5
#include <mutex>
#include <thread>

std::mutex mutex;
bool ready = false;
bool was_taken = false;

bool is_ready() {
  std::lock_guard lock(mutex);
  return ready;
}

int main() {
  std::thread a([] {
    while (!is_ready()) std::this_thread::yield();
  });
  std::thread b([] {
    if (mutex.try_lock()) mutex.unlock();
    else was_taken = true;
    std::lock_guard lock(mutex);
    ready = true;
  });
  a.join();
  b.join();
}
