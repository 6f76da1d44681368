// A thread reads from a pipe that nobody writes to, while it holds a mutex.
// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <mutex>
#include <thread>

std::mutex mutex;
int ends[2];

int main() {
  if (pipe(ends) != 0) return 1;
  std::thread reader([] {
    std::lock_guard<std::mutex> lock(mutex);
    char byte;
    [[maybe_unused]] auto got = read(ends[0], &byte, 1);
  });
  { std::lock_guard<std::mutex> lock(mutex); }
  reader.join();
}
