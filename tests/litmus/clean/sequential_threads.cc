// Each thread is joined before the next begins: no choice anywhere but at the starts.
// SPDX-License-Identifier: Apache-2.0
//
// expect: sequential
// model: main = create a, join a, create b, join b, create c, join c
// model: a =
// model: b =
// model: c =
#include <thread>

int value = 0;

int main() {
  for (int i = 0; i < 3; i++) {
    std::thread thread([] { value++; });
    thread.join();
  }
  return value == 3 ? 0 : 1;
}
