// How many operations it does is decided by the system's random numbers: no schedule means the same twice.
// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <unistd.h>

#include <mutex>
#include <thread>

std::mutex mutex;

int main() {
  std::thread thread([] {
    unsigned short count = 0;
    int file = open("/dev/urandom", O_RDONLY);
    if (read(file, &count, sizeof count) != sizeof count) return;
    for (int i = 0; i < count % 1000; i++) std::lock_guard<std::mutex> lock(mutex);
  });
  { std::lock_guard<std::mutex> lock(mutex); }
  thread.join();
}
