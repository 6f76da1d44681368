// A thread waits for an atomic to change; it changes, but nobody notifies.
// SPDX-License-Identifier: Apache-2.0
//
// expect: deadlock
// bound: 0
// no-rewrite: clean
//
// Without rewriting, libstdc++'s own wait yields a dozen times before it sleeps, and a thread that yields lets the other one
// take its steps: the store is always seen first.
#include <atomic>
#include <thread>

std::atomic<int> stage{0};

void waiter() { stage.wait(0); }

void setter() { stage.store(1); }

int main() {
  std::thread a(waiter);
  std::thread b(setter);
  a.join();
  b.join();
}
