// A configuration made on first use, with the lock avoided once it exists: double-checked locking.
// SPDX-License-Identifier: Apache-2.0
//
// Goes wrong because the first check reads the pointer without the lock: nothing orders it with the
// write, so a thread may see the pointer before what it points to. Fixed by an atomic pointer.
#include <cassert>
#include <mutex>
#include <thread>

struct Config {
  int workers = 4;
};

std::mutex mutex;
Config *config = nullptr;

const Config &get_config() {
  if (config == nullptr) {
    std::lock_guard lock(mutex);
    if (config == nullptr) config = new Config;
  }
  return *config;
}

void use() { assert(get_config().workers == 4); }

int main() {
  std::thread first(use);
  std::thread second(use);
  first.join();
  second.join();
  delete config;
}
