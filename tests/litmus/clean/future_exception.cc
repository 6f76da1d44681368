// A promise broken by an exception that the future throws again.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// memory-model: sc
// executions: 0=2 1=9
// bounds: 0 1
// exhaustive: 5
#include <cassert>
#include <future>
#include <stdexcept>
#include <thread>

int main() {
  std::packaged_task<int()> task([]() -> int { throw std::runtime_error("no"); });
  auto future = task.get_future();
  std::thread thread([&] { task(); });
  bool thrown = false;
  try {
    future.get();
  } catch (const std::runtime_error &) {
    thrown = true;
  }
  thread.join();
  assert(thrown);
}
