// A loop around a weak compare-exchange counts on one round: it may fail for no reason.
// SPDX-License-Identifier: Apache-2.0
//
// expect: assertion
// bound: 0
// no-rewrite: clean
// exhaustive-options: --weak-failures 1
//
// Without rewriting the weakness is lost: the instrumentation calls the same function for a weak
// and for a strong compare-exchange.
#include <atomic>
#include <cassert>
#include <thread>

std::atomic<int> value{0};

int main() {
  std::thread thread([] {
    int expected = 0, rounds = 1;
    while (!value.compare_exchange_weak(expected, 1)) rounds++;
    assert(rounds == 1);
  });
  std::thread other([] { value.store(0); });
  thread.join();
  other.join();
}
