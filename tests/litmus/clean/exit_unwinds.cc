// pthread_exit runs the destructors of all frames, however much stack they need, and nothing terminates.
// SPDX-License-Identifier: Apache-2.0
//
// expect: sequential
#include <pthread.h>

#include <cassert>
#include <cstring>

int destroyed = 0;

struct Guard {
  ~Guard() {
    char much[4096];
    std::memset(much, destroyed, sizeof much);
    destroyed += 1 + much[7] * 0;
  }
};

void leave() {
  Guard inner;
  pthread_exit(&destroyed);
}

void *work(void *) {
  Guard outer;
  leave();
  return nullptr;
}

int main() {
  pthread_t thread;
  void *result = nullptr;
  pthread_create(&thread, nullptr, work, nullptr);
  pthread_join(thread, &result);
  assert(result == &destroyed && destroyed == 2);
}
