// A message published by a relaxed flag.
// SPDX-License-Identifier: Apache-2.0
//
// Goes wrong because relaxed operations order nothing: that the reader sees the flag does not mean
// that it sees the message. The flag is atomic, so there is no race on it; there is one on the
// message. Fixed by a release store and an acquire load.
#include <atomic>
#include <cassert>
#include <thread>

int message = 0;
std::atomic<bool> published{false};

void publish() {
  message = 42;
  published.store(true, std::memory_order_relaxed);
}

void receive() {
  if (published.load(std::memory_order_relaxed)) assert(message == 42);
}

int main() {
  std::thread writer(publish);
  std::thread reader(receive);
  writer.join();
  reader.join();
}
