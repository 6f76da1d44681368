// A sleep of an hour takes no time and an hour on every clock.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=6 1=11 2=11
#include <cassert>
#include <chrono>
#include <thread>

void sleeper() {
  const auto steady = std::chrono::steady_clock::now();
  const auto wall = std::chrono::system_clock::now();
  std::this_thread::sleep_for(std::chrono::hours(1));
  assert(std::chrono::steady_clock::now() - steady >= std::chrono::hours(1));
  assert(std::chrono::system_clock::now() - wall >= std::chrono::hours(1));
}

int main() {
  std::thread a(sleeper);
  std::thread b(sleeper);
  a.join();
  b.join();
}
