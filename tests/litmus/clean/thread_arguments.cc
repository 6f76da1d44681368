// Arguments, captures and results pass by creation and join.
// SPDX-License-Identifier: Apache-2.0
//
// expect: sequential
// model: main = create a, join a
// model: a =
#include <cassert>
#include <functional>
#include <string>
#include <thread>

void append(std::string &text, std::string what) { text += what; }

int main() {
  std::string text = "a";
  std::thread thread(append, std::ref(text), "b");
  thread.join();
  assert(text == "ab");
}
