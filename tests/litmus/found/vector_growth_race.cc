// One thread appends to a vector while another reads its first element.
// SPDX-License-Identifier: Apache-2.0
//
// expect: data-race
// bound: 0
#include <thread>
#include <vector>

std::vector<int> values{1, 2, 3};
int sum = 0;

void append() { values.push_back(4); }

void add_first() { sum += values[0]; }

int main() {
  std::thread a(append);
  std::thread b(add_first);
  a.join();
  b.join();
}
