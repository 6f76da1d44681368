// Threads that create threads, locks, and in the end a body that is explored by itself.
// SPDX-License-Identifier: Apache-2.0
#include <interleave/test.h>

#include <atomic>
#include <mutex>
#include <thread>

int main() {
  const auto result = interleave::explore(interleave::Strategy::exhaustive, [] {
    std::atomic<int> last{0};
    std::mutex mutex;
    int sum = 0;
    const auto work = [&](int i) {
      last.store(i, std::memory_order_relaxed);
      std::thread child([&, i] {
        std::lock_guard lock(mutex);
        sum += last.load(std::memory_order_relaxed) + i;
      });
      child.join();
    };
    std::thread a(work, 1), b(work, 2);
    a.join();
    b.join();
  });
  return result ? 0 : 1;
}
