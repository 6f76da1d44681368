// A thread ends the program, with a status that says success.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=2 1=6 2=12
// exhaustive: 2
//
// Mutex and condition are never destroyed: main still waits when static objects end.
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <thread>

std::mutex &mutex = *new std::mutex;
std::condition_variable &condition = *new std::condition_variable;

int main() {
  std::thread thread([] { std::exit(0); });
  std::unique_lock lock(mutex);
  condition.wait(lock, [] { return false; });
}
