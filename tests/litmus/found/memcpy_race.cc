// Two threads copy into overlapping halves of one buffer with memcpy.
// SPDX-License-Identifier: Apache-2.0
//
// expect: data-race
// bound: 0
#include <cstring>
#include <thread>

char buffer[64];
const char text[48] = "forty-eight bytes of text";

void low() { std::memcpy(buffer, text, sizeof text); }

void high() { std::memcpy(buffer + 16, text, sizeof text); }

int main() {
  std::thread a(low);
  std::thread b(high);
  a.join();
  b.join();
}
