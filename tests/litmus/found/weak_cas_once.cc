// A weak compare-exchange is taken for a strong one: it may fail for no reason.
// SPDX-License-Identifier: Apache-2.0
//
// expect: assertion
// bound: 0
// no-rewrite: clean
// exhaustive: clean
//
// Without rewriting the weakness is lost: the instrumentation calls the same function for a weak
// and for a strong compare-exchange.
#include <atomic>
#include <cassert>
#include <thread>

std::atomic<int> value{0};

int main() {
  std::thread thread([] {
    int expected = 0;
    const bool exchanged = value.compare_exchange_weak(expected, 1);
    assert(exchanged);
  });
  std::thread other([] {});
  thread.join();
  other.join();
}
