// A jthread waits for a condition and does not listen to the stop request of its handle.
// SPDX-License-Identifier: Apache-2.0
//
// expect: deadlock
// bound: 0
//
// Where the thread has started after the stop request, its predicate need not see it yet: nothing orders
// the two. (With --memory-model sc main must give way after the creation, a preemption.)
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

std::mutex mutex;
std::condition_variable condition;

void wait_until_stopped(std::stop_token stop) {
  std::unique_lock lock(mutex);
  condition.wait(lock, [&] { return stop.stop_requested(); });
}

int main() { std::jthread thread(wait_until_stopped); }
