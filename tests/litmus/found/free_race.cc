// One thread reads what another frees, and nothing orders the two.
// SPDX-License-Identifier: Apache-2.0
//
// expect: data-race
// bound: 0
//
// When the read comes first it races with the free, which is a write; the other order is a use
// after the end of life. The default schedule reads first.
#include <thread>

int *shared = new int(1);
int seen = 0;

void use() { seen = *shared; }

void dispose() { delete shared; }

int main() {
  std::thread a(use);
  std::thread b(dispose);
  a.join();
  b.join();
}
