// Threads put results into an array of main's, which looks at them: what main then does depends on what they wrote.
// SPDX-License-Identifier: Apache-2.0
//
// expect: assertion
// bound: 1
// no-rewrite: assertion
#include <atomic>
#include <cassert>
#include <mutex>
#include <thread>

int main() {
  std::atomic<int> state{0};
  std::mutex m;
  int value = 0;
  int result[3] = {};
  std::thread claimer([&] {
    int expected = 1;
    result[0] = state.compare_exchange_strong(expected, 2);
  });
  std::thread writer([&] {
    state.store(1);
    std::lock_guard hold(m);
    value = 1;
  });
  std::thread reader([&] {
    int r = state.load();
    m.lock();
    m.unlock();
    std::lock_guard hold(m);
    value = value * 2 + 1;
    result[2] = r * 3 + value;
  });
  claimer.join();
  writer.join();
  reader.join();
  // It loads 0, the other writes 1, which is claimed, and then it goes on.
  assert(!(result[0] == 1 && result[2] == 3));
}
