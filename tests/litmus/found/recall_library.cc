// The data that the threads share is changed by functions of the standard library's shared object only.
// SPDX-License-Identifier: Apache-2.0
//
// expect: assertion
// bound: 0
#include <cassert>
#include <mutex>
#include <string>
#include <thread>

std::mutex mutex;
std::string text;

void append(const char *what) {
  std::lock_guard guard(mutex);
  text.append(what);
}

int main() {
  std::thread a([] { append("a"); });
  std::thread b([] { append("b"); });
  std::thread c([] { append("c"); });
  a.join();
  b.join();
  c.join();
  assert(text != "bca");
}
