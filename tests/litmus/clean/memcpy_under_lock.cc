// Overlapping copies under one mutex.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=3 1=11 2=16
// model: main = create a, create b, join a, join b
// model: a = lock m, unlock m
// model: b = lock m, unlock m
#include <cstring>
#include <mutex>
#include <thread>

std::mutex mutex;
char buffer[64];
const char text[48] = "forty-eight bytes of text";

void copy(int offset) {
  std::lock_guard lock(mutex);
  std::memcpy(buffer + offset, text, sizeof text);
  std::memmove(buffer, buffer + 1, sizeof buffer - 1);
}

int main() {
  std::thread a(copy, 0);
  std::thread b(copy, 16);
  a.join();
  b.join();
}
