// Starts a process that would live for an hour, in a session of its own, and two threads.
// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <mutex>
#include <thread>

std::mutex mutex;

int main() {
  if (fork() == 0) {
    setsid();
    if (fork() != 0) _exit(0);
    execlp("sleep", "sleep", "3599", static_cast<char *>(nullptr));
    _exit(1);
  }
  std::thread thread([] { std::lock_guard<std::mutex> lock(mutex); });
  { std::lock_guard<std::mutex> lock(mutex); }
  thread.join();
}
