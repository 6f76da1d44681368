// Threads poll flags, each in its own way, that a sleeping thread will set: time passes although somebody can always run.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// bounds: 0 1
// executions: 0=33 1=1132
// exhaustive: endless
#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

std::atomic<bool> set{false};
std::atomic<int> rounds{0};
std::mutex mutex;
bool set_under_lock = false;

void poll_and_yield() {
  while (!set.load()) std::this_thread::yield();
}

void poll() {
  while (!set.load()) {
  }
}

void poll_and_count() {
  while (!set.load()) rounds++;
}

void poll_under_lock() {
  for (;;) {
    std::lock_guard lock(mutex);
    if (set_under_lock) return;
  }
}

void wake_after_a_second() {
  std::this_thread::sleep_for(std::chrono::seconds(1));
  std::lock_guard lock(mutex);
  set_under_lock = true;
  set = true;
}

int main() {
  for (auto *wait : {poll_and_yield, poll, poll_and_count, poll_under_lock}) {
    set = set_under_lock = false;
    std::thread waiter(wait);
    wake_after_a_second();
    waiter.join();
  }
  set = false;
  std::thread one(poll_and_yield), other(poll);
  wake_after_a_second();
  one.join();
  other.join();
}
