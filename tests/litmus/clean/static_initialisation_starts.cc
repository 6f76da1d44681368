// A static object starts its thread before main.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=1 1=2 2=3
// model: main = create a, op, join a
// model: a = op
#include <atomic>
#include <thread>

std::atomic<int> value{0};
std::thread early([] { value.fetch_add(1); });

int main() {
  value.fetch_add(1);
  early.join();
}
