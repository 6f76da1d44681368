// A jthread waits for a condition and does not listen to the stop request of its handle.
// SPDX-License-Identifier: Apache-2.0
//
// expect: deadlock
// bound: 1
//
// Main must give way after the creation: if the stop request comes first, the predicate sees it.
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
