// What one thread writes, another one reads only in a function of the C library: where not all threads run, it is not there.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// bounds: 0
// executions: 0=13
// exhaustive: 280
#include <atomic>
#include <cassert>
#include <cstring>
#include <thread>

namespace {

std::atomic<int> first{0}, second{0}, third{0};
std::atomic<bool> is_written{false};
char *text;

void write_text() {
  const int n = first.fetch_add(1);
  text[0] = static_cast<char>('a' + n);
  text[1] = 'b';
  is_written.store(true, std::memory_order_release);
  second.fetch_add(1);
  third.fetch_add(1);
}

// Gives the others something new to know each time.
void stir() {
  first.fetch_add(1);
  second.fetch_add(2);
  third.fetch_add(2);
}

void read_text() {
  first.fetch_add(1);
  second.fetch_add(4);
  third.fetch_add(4);
  if (!is_written.load(std::memory_order_acquire)) return;
  int step = 77;
  for (int n = 0; n < 3; n++) {
    const char expected[] = {static_cast<char>('a' + n), 'b'};
    if (std::memcmp(text, expected, sizeof expected) == 0) step = n + 1;
  }
  assert(step != 77);
  first.fetch_add(step);
}

}  // namespace

int main() {
  text = new char[16]{};
  std::thread writer(write_text), stirrer(stir), reader(read_text);
  writer.join();
  stirrer.join();
  reader.join();
  delete[] text;
}
