// A message published by a release store and received by an acquire load.
// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <cassert>
#include <thread>

int message = 0;
std::atomic<bool> published{false};

void publish() {
  message = 42;
  published.store(true, std::memory_order_release);
}

void receive() {
  if (published.load(std::memory_order_acquire)) assert(message == 42);
}

int main() {
  std::thread writer(publish);
  std::thread reader(receive);
  writer.join();
  reader.join();
}
