// Every execution finds all memory as the first one did: variables, heap, thread-local storage, what libraries keep.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// bounds: 0 1 2
// executions: 0=1 1=5 2=9
// exhaustive: 2
#include <atomic>
#include <cassert>
#include <cerrno>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <stdexcept>
#include <string>
#include <thread>

namespace {

std::atomic<int> shared{0};
int zero, seven = 7;
thread_local int three = 3;
std::map<int, std::string> table;

struct Counted {
  Counted() { made++; }
  static inline int made;
};

void make_once() { static Counted once; }

void look_and_change() {
  assert(zero == 0 && seven == 7 && three == 3 && table.empty() && Counted::made == 0 && errno == 0);
  assert(std::strcmp(std::setlocale(LC_ALL, nullptr), "C") == 0);
  assert(std::rand() == 1804289383);                 // the first one of glibc's
  zero = seven = three = errno = 1;
  table[1] = std::string(1000, 'x');
  make_once();
  std::printf("some text that stays in a buffer\n");
  auto *fresh = static_cast<char *>(std::malloc(1 << 20));        // freed by nobody
  for (int i = 0; i < 1 << 20; i += 4096) assert(fresh[i] == 0);
  std::memset(fresh, 1, 1 << 20);
}

void other() {
  assert(three == 3);
  three = 4;
  char room[1 << 14];
  std::memset(room, 1, sizeof room);
  try {
    throw std::runtime_error("thrown");
  } catch (const std::exception &) {
  }
  shared.fetch_add(1);
}

}  // namespace

int main() {
  errno = 0;
  std::thread thread(other);
  look_and_change();
  shared.fetch_add(1);
  thread.join();
  assert(shared == 2);
}
