// std::async and the result of its future.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=1 1=5
// bounds: 0 1
#include <cassert>
#include <future>

int main() {
  auto answer = std::async(std::launch::async, [] { return 42; });
  assert(answer.get() == 42);
}
