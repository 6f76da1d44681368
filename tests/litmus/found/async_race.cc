// Two tasks of std::async write one variable.
// SPDX-License-Identifier: Apache-2.0
//
// expect: data-race
// bound: 0
#include <future>

int value = 0;

int main() {
  auto a = std::async(std::launch::async, [] { value++; });
  auto b = std::async(std::launch::async, [] { value++; });
  a.get();
  b.get();
}
