// A jthread is asked to stop and joined by its destructor.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// memory-model: sc
// executions: 0=1 1=6
// bounds: 0 1
// exhaustive: endless
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

std::mutex mutex;
std::condition_variable_any condition;

void wait_until_stopped(std::stop_token stop) {
  std::unique_lock lock(mutex);
  condition.wait(lock, stop, [] { return false; });
}

int main() { std::jthread thread(wait_until_stopped); }
