// A thread's errno and rounding mode, set in rare executions only: where it begins again, these do, too (runtime/by_graph/partial.h).
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// exhaustive: 792
// executions: 0=17 1=189
// bounds: 0 1
#include <atomic>
#include <cassert>
#include <cerrno>
#include <cstdlib>
#include <thread>
#include <xmmintrin.h>

std::atomic<int> x{0}, y{0};

void writer() {
  for (int i = 1; i <= 7; i++) x.store(i, std::memory_order_relaxed);
}

void reader() {
  y.store(1, std::memory_order_relaxed);
  int seen = 0;
  for (int i = 0; i < 5; i++) seen = seen * 8 + x.load(std::memory_order_relaxed);
  if (seen >= 030000 || seen % 37 != 5) return;                // most of the 792 ways
  assert(errno == 0 && _MM_GET_ROUNDING_MODE() == _MM_ROUND_NEAREST);
  errno = ERANGE;
  _MM_SET_ROUNDING_MODE(_MM_ROUND_UP);
}

int main() {
  std::thread a(writer), b(reader);
  a.join();
  b.join();
}
