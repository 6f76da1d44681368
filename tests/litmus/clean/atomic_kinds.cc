// Every operation of the atomic templates, in one thread beside another.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=3
// run-bound: 0
#include <atomic>
#include <cassert>
#include <cstdint>
#include <memory>
#include <thread>

std::atomic<std::uint8_t> byte{1};
std::atomic<std::int64_t> word{1};
std::atomic<double> real{1.0};
std::atomic<bool> truth{false};
int numbers[4] = {0, 1, 2, 3};
std::atomic<int *> pointer{numbers};

void all() {
  assert(byte.exchange(7) == 1 && byte.fetch_and(3) == 7 && byte.fetch_or(4) == 3);
  assert(byte.fetch_xor(1) == 7 && byte == 6);
  assert(word++ == 1 && ++word == 3 && word-- == 3 && (word += 5) == 7 && (word -= 2) == 5);
  assert(real.fetch_add(0.5) == 1.0 && real.load() == 1.5);
  bool expected = true;
  assert(!truth.compare_exchange_strong(expected, true) && !expected);
  assert((pointer += 2) == numbers + 2 && *pointer.fetch_sub(1) == 2 && *pointer.load() == 1);
}

int main() {
  std::thread thread(all);
  std::thread other([] { assert(byte.load() != 2); });
  thread.join();
  other.join();
}
