// A jthread that polls its stop token.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// memory-model: sc
// executions: 0=1 1=4 2=11
#include <stop_token>
#include <thread>

int main() {
  std::jthread thread([](std::stop_token stop) {
    while (!stop.stop_requested()) std::this_thread::yield();
  });
}
