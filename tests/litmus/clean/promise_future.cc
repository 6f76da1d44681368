// A promise kept by a thread.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// memory-model: sc
// executions: 0=2 1=9
// bounds: 0 1
// exhaustive: 5
#include <cassert>
#include <future>
#include <thread>

int main() {
  std::promise<int> promise;
  auto future = promise.get_future();
  std::thread thread([&] { promise.set_value(42); });
  assert(future.get() == 42);
  thread.join();
}
