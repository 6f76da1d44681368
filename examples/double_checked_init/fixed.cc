// A configuration made on first use: double-checked locking with an atomic pointer.
// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <cassert>
#include <mutex>
#include <thread>

struct Config {
  int workers = 4;
};

std::mutex mutex;
std::atomic<Config *> config{nullptr};

const Config &get_config() {
  Config *found = config.load(std::memory_order_acquire);
  if (found == nullptr) {
    std::lock_guard lock(mutex);
    found = config.load(std::memory_order_relaxed);
    if (found == nullptr) {
      found = new Config;
      config.store(found, std::memory_order_release);
    }
  }
  return *found;
}

void use() { assert(get_config().workers == 4); }

int main() {
  std::thread first(use);
  std::thread second(use);
  first.join();
  second.join();
  delete config.load();
}
