// Three choices before there is a thread, and two orders after each.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// bounds: 0
// executions: 0=9
// exhaustive: 6
#include <atomic>
#include <cassert>
#include <thread>

#include <interleave/test.h>

int main() {
  const int step = static_cast<int>(interleave::choose(3));
  std::atomic<int> sum{0};
  std::thread t([&] { sum.fetch_add(step); });
  std::thread u([&] { sum.fetch_add(1); });
  t.join();
  u.join();
  assert(sum == step + 1);
}
