// The instrumented side of native_test.cc.
// SPDX-License-Identifier: Apache-2.0
//
// interleave/test.h cannot be included beside the graph engine, whose namespace has the name of its explore(): so the options and what
// exploration came to are repeated here.
#pragma once

#include "native_code.h"

namespace native {

enum class Strategy { bounded, random, pct, exhaustive };

struct Options {
  Strategy strategy = Strategy::bounded;      // bounded: without a bound
  bool is_sc = false, run_all = false;
  std::uint64_t max_executions = 0;
};

struct Result {
  std::uint64_t executions = 0, recalled = 0, blocked = 0;
  bool complete = false;
  char rule[32] = {}, message[512] = {};
};

// Runs the program again and again, under the options.
Result explore(const Program &program, const Options &options);

// Called at the end of each execution that is run; not instrumented: it looks at the memory of the atomic variables, `gap` bytes from
// one to the next, and of a pointer to a byte as it is.
void keep(const Outcome *outcome, const unsigned char *variables, std::size_t gap, const void *pointer);

}  // namespace native
