// One thread uses a variable through atomic_ref, the other plainly.
// SPDX-License-Identifier: Apache-2.0
//
// expect: data-race
// bound: 0
#include <atomic>
#include <thread>

int value = 0;

void careful() { std::atomic_ref<int>(value).fetch_add(1); }

void careless() { value++; }

int main() {
  std::thread a(careful);
  std::thread b(careless);
  a.join();
  b.join();
}
