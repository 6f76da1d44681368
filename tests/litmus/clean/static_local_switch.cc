// A switch inside the initialiser of a function-local static.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=3 1=18 2=48
#include <cassert>
#include <mutex>
#include <thread>

std::mutex mutex;
int next_id = 1;

int make_id() {
  std::lock_guard lock(mutex);
  return next_id++;
}

int id() {
  static const int value = make_id();
  return value;
}

void use() { assert(id() == 1); }

int main() {
  std::thread a(use);
  std::thread b(use);
  a.join();
  b.join();
}
