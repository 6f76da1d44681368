// An exception travels from one thread to another.
// SPDX-License-Identifier: Apache-2.0
//
// expect: sequential
// model: main = create a, join a
// model: a =
#include <cassert>
#include <exception>
#include <stdexcept>
#include <string>
#include <thread>

int main() {
  std::exception_ptr caught;
  std::thread thread([&] {
    try {
      throw std::runtime_error("from the thread");
    } catch (...) {
      caught = std::current_exception();
    }
  });
  thread.join();
  try {
    std::rethrow_exception(caught);
  } catch (const std::runtime_error &error) {
    assert(std::string(error.what()) == "from the thread");
  }
}
