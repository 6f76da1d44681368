// Two threads catch one exception; whoever lets go of it last destroys it.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=1 1=3 2=7
// model: main = create a, op, op, join a
// model: a = op, op
#include <atomic>
#include <cassert>
#include <exception>
#include <thread>
#include <utility>

struct Error {
  explicit Error(int code) : code(code) {}
  Error(const Error &) = default;
  ~Error() { code = -1; }
  int code;
};

std::atomic<int> seen{0};          // relaxed: it orders nothing, but lets the threads take turns

void handle(std::exception_ptr error) {
  try {
    std::rethrow_exception(std::move(error));
  } catch (const Error &caught) {
    seen.fetch_add(1, std::memory_order_relaxed);
    assert(caught.code == 7);
    seen.fetch_add(1, std::memory_order_relaxed);
  }
}

int main() {
  std::exception_ptr error = std::make_exception_ptr(Error(7));
  std::thread thread(handle, error);
  handle(std::move(error));
  thread.join();
}
