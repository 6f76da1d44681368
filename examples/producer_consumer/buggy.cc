// A consumer that sleeps through its only wake-up: the producer does not take the lock.
// SPDX-License-Identifier: Apache-2.0
//
// Goes wrong when the producer adds its item and notifies after the consumer has looked and before
// it waits: nobody was waiting, and nobody will notify again. An atomic counter does not help.
// Fixed by changing the condition under the mutex that the waiter holds.
#include <atomic>
#include <cassert>
#include <condition_variable>
#include <mutex>
#include <thread>

std::mutex mutex;
std::condition_variable item_added;
std::atomic<int> items{0};

void produce() {
  items.fetch_add(1);
  item_added.notify_one();
}

void consume() {
  std::unique_lock lock(mutex);
  while (items.load() == 0) item_added.wait(lock);
  items.fetch_sub(1);
}

int main() {
  std::thread consumer(consume);
  std::thread producer(produce);
  consumer.join();
  producer.join();
  assert(items.load() == 0);
}
