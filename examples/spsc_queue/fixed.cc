// A ring buffer for one producer and one consumer: each release store has its acquire load.
// SPDX-License-Identifier: Apache-2.0
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
    tail_.store(next, std::memory_order_release);
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
