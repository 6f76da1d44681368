// Two threads are inside catch blocks at once; each keeps its own exception.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=3 1=11 2=24
#include <atomic>
#include <cassert>
#include <exception>
#include <stdexcept>
#include <string>
#include <thread>

std::atomic<int> shared{0};

void raise_and_handle(const char *name) {
  try {
    throw std::runtime_error(name);
  } catch (const std::runtime_error &error) {
    shared.fetch_add(1);
    assert(std::string(error.what()) == name);
    assert(std::current_exception() != nullptr);
    shared.fetch_add(1);
  }
  assert(std::current_exception() == nullptr);
}

int main() {
  std::thread a(raise_and_handle, "first");
  std::thread b(raise_and_handle, "second");
  a.join();
  b.join();
}
