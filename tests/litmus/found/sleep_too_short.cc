// A program relies on two sleeps ending in order of their lengths.
// SPDX-License-Identifier: Apache-2.0
//
// expect: assertion
// bound: 0
//
// The starter may be held up after its sleep for as long as one likes. The hour passes while it is:
// a timeout taken by choice.
#include <atomic>
#include <cassert>
#include <chrono>
#include <thread>

std::atomic<bool> started{false};

void starter() {
  std::this_thread::sleep_for(std::chrono::milliseconds(1));
  started.store(true);
}

void user() {
  std::this_thread::sleep_for(std::chrono::hours(1));
  assert(started.load());
}

int main() {
  std::thread a(starter);
  std::thread b(user);
  a.join();
  b.join();
}
