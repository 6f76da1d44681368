// A bounded queue keeps the other side's index: a loop that waits stores again what it stored before, which is no change.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// bounds: 0 1
// executions: 0=4 1=100
// exhaustive: 4
#include <atomic>
#include <cassert>
#include <thread>

namespace {

class Queue {
 public:
  void push(int value) {
    const unsigned at = written_.load(std::memory_order_relaxed);
    while (at - cached_read_ == kRoom) cached_read_ = read_.load(std::memory_order_acquire);
    slots_[at % kRoom] = value;
    written_.store(at + 1, std::memory_order_release);
  }
  int pop() {
    const unsigned at = read_.load(std::memory_order_relaxed);
    while (at == cached_written_) cached_written_ = written_.load(std::memory_order_acquire);
    const int value = slots_[at % kRoom];
    read_.store(at + 1, std::memory_order_release);
    return value;
  }

 private:
  static constexpr unsigned kRoom = 1;
  std::atomic<unsigned> written_{0};
  unsigned cached_read_ = 0;
  std::atomic<unsigned> read_{0};
  unsigned cached_written_ = 0;
  int slots_[kRoom] = {};
} queue;

}  // namespace

int main() {
  std::thread producer([] {
    queue.push(1);
    queue.push(2);
  });
  assert(queue.pop() == 1);
  assert(queue.pop() == 2);
  producer.join();
}
