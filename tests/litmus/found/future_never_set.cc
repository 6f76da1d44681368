// A promise lives on, but nobody ever keeps it.
// SPDX-License-Identifier: Apache-2.0
//
// expect: deadlock
// bound: 0
#include <future>
#include <thread>

std::promise<int> promise;

int main() {
  std::thread waiter([] { promise.get_future().get(); });
  waiter.join();
}
