// Main has operations of its own between creation and join.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=1 1=3 2=5
// model: main = create a, op, op, join a
// model: a = op
//
// The store comes before the first creation: nothing can be scheduled there.
#include <atomic>
#include <thread>

std::atomic<int> value{0};

int main() {
  value.store(1);
  std::thread thread([] { value.fetch_add(1); });
  value.fetch_add(1);
  value.fetch_add(1);
  thread.join();
}
