// Main returns while a detached thread may still use a static object, which is then destroyed.
// SPDX-License-Identifier: Apache-2.0
//
// expect: data-race
// bound: 1
#include <thread>

struct Log {
  int *lines = new int(0);
  ~Log() { delete lines; }
};

Log program_log;

int main() {
  std::thread([] { ++*program_log.lines; }).detach();
}
