// A stop callback runs in the thread that asks for the stop, or at once.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// memory-model: sc
// executions: 0=1 1=4
// bounds: 0 1
// exhaustive: endless
#include <atomic>
#include <cassert>
#include <stop_token>
#include <thread>

int main() {
  std::stop_source source;
  std::atomic<int> calls{0};
  std::thread thread([&calls, token = source.get_token()] {
    std::stop_callback on_stop(token, [&calls] { calls.fetch_add(1); });
  });
  source.request_stop();
  thread.join();
  assert(calls.load() <= 1);
}
