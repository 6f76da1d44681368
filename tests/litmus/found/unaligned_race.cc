// A misaligned word overlaps one byte that another thread writes.
// SPDX-License-Identifier: Apache-2.0
//
// expect: data-race
// bound: 0
#include <cstdint>
#include <thread>

struct [[gnu::packed]] Message {
  char tag;
  std::uint64_t body;
};

alignas(8) Message message;

void write_word() { message.body = 0x1122334455667788; }

// The last byte of the body lies in the next aligned word.
void write_byte() { reinterpret_cast<char *>(&message)[8] = 1; }

int main() {
  std::thread a(write_word);
  std::thread b(write_byte);
  a.join();
  b.join();
}
