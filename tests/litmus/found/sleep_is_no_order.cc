// A sleep stands in for synchronisation: on a busy machine it is too short.
// SPDX-License-Identifier: Apache-2.0
//
// expect: data-race
// bound: 0
#include <chrono>
#include <thread>

int value = 0;

void writer() { value = 1; }

void reader() {
  std::this_thread::sleep_for(std::chrono::seconds(10));
  value++;
}

int main() {
  std::thread a(writer);
  std::thread b(reader);
  a.join();
  b.join();
}
