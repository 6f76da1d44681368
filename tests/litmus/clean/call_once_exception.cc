// A call_once whose function throws is tried again by the next caller.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=3 1=11 2=16
#include <atomic>
#include <cassert>
#include <mutex>
#include <stdexcept>
#include <thread>

std::once_flag flag;
int attempts = 0, made = 0;

void make() {
  if (++attempts == 1) throw std::runtime_error("not yet");
  made = 1;
}

void use() {
  try {
    std::call_once(flag, make);
    assert(made == 1);
  } catch (const std::runtime_error &) {
  }
}

int main() {
  std::thread a(use);
  std::thread b(use);
  a.join();
  b.join();
  assert(attempts == 2 && made == 1);
}
