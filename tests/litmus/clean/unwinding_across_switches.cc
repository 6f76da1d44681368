// Destructors that synchronise run while exceptions unwind two threads.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=3 1=11 2=16
// model: main = create a, create b, join a, join b
// model: a = lock m, unlock m
// model: b = lock m, unlock m
#include <cassert>
#include <exception>
#include <mutex>
#include <thread>

std::mutex mutex;

struct Guard {
  ~Guard() {
    std::lock_guard lock(mutex);
    assert(std::uncaught_exceptions() == 1);
  }
};

void unwind() {
  try {
    Guard guard;
    throw 1;
  } catch (int) {
    assert(std::uncaught_exceptions() == 0);
  }
}

int main() {
  std::thread a(unwind);
  std::thread b(unwind);
  a.join();
  b.join();
}
