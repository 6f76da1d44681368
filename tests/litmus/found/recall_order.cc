// Only one of the six orders of three fetch_adds fails, and what fails is what main makes of the threads' plain results.
// SPDX-License-Identifier: Apache-2.0
//
// The exhaustive strategy does not run executions in which all that happens is known: here the last step of the fourth is not.
// expect: assertion
// bound: 0
#include <atomic>
#include <cassert>
#include <thread>

std::atomic<int> turn{0};
int place[3];

int main() {
  std::thread a([] { place[0] = turn.fetch_add(1); });
  std::thread b([] { place[1] = turn.fetch_add(1); });
  std::thread c([] { place[2] = turn.fetch_add(1); });
  a.join();
  b.join();
  c.join();
  assert(!(place[0] == 2 && place[1] == 0 && place[2] == 1));
}
