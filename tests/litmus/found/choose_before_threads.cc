// What a program chooses before it has threads is gone through like all other choices.
// SPDX-License-Identifier: Apache-2.0
//
// expect: assertion
// bound: 0
#include <cassert>
#include <thread>

#include <interleave/test.h>

int main() {
  const auto size = interleave::choose(3);
  unsigned count = 0;
  std::thread t([&] { count += size; });
  t.join();
  assert(count != 2);
}
