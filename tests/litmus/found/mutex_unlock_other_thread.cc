// A thread unlocks a mutex that another thread locked, as if it were a semaphore.
// SPDX-License-Identifier: Apache-2.0
//
// expect: mutex-misuse
// bound: 0
//
// The second thread finds the mutex held by the first one, or by nobody: both are misuse.
#include <mutex>
#include <thread>

std::mutex gate;

int main() {
  std::thread a([] { gate.lock(); });
  std::thread b([] { gate.unlock(); });
  a.join();
  b.join();
}
