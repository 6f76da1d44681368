// A consumer that cannot miss its wake-up: the item is added under the lock it waits with.
// SPDX-License-Identifier: Apache-2.0
#include <cassert>
#include <condition_variable>
#include <mutex>
#include <thread>

std::mutex mutex;
std::condition_variable item_added;
int items = 0;

void produce() {
  {
    std::lock_guard lock(mutex);
    items++;
  }
  item_added.notify_one();
}

void consume() {
  std::unique_lock lock(mutex);
  while (items == 0) item_added.wait(lock);
  items--;
}

int main() {
  std::thread consumer(consume);
  std::thread producer(produce);
  consumer.join();
  producer.join();
  assert(items == 0);
}
