// A ring buffer for one producer and one consumer, with one memory order too weak.
// SPDX-License-Identifier: Apache-2.0
//
// Goes wrong because push() publishes the slot by a relaxed store: the consumer sees the new tail,
// but nothing orders the producer's write of the slot before its own read of it. Processors of the
// x86 family hide this; compilers and others do not. Fixed by a release store, the partner of the
// acquire load in pop().
#include <array>
#include <atomic>
#include <cassert>
#include <cstddef>
#include <thread>

class Ring {
 public:
  bool push(int value) {
    const std::size_t tail = tail_.load(std::memory_order_relaxed);
    const std::size_t next = (tail + 1) % slots_.size();
    if (next == head_.load(std::memory_order_acquire)) return false;
    slots_[tail] = value;
    tail_.store(next, std::memory_order_relaxed);
    return true;
  }

  bool pop(int &value) {
    const std::size_t head = head_.load(std::memory_order_relaxed);
    if (head == tail_.load(std::memory_order_acquire)) return false;
    value = slots_[head];
    head_.store((head + 1) % slots_.size(), std::memory_order_release);
    return true;
  }

 private:
  std::array<int, 2> slots_{};
  std::atomic<std::size_t> head_{0}, tail_{0};
};

Ring ring;

void produce() {
  for (int value : {1, 2}) {
    while (!ring.push(value)) std::this_thread::yield();
  }
}

void consume() {
  for (int expected : {1, 2}) {
    int value = 0;
    while (!ring.pop(value)) std::this_thread::yield();
    assert(value == expected);
  }
}

int main() {
  std::thread producer(produce);
  std::thread consumer(consume);
  producer.join();
  consumer.join();
}
