// Futile reads: those after which a thread is where it was before, as in a loop that waits for another value.
// SPDX-License-Identifier: Apache-2.0
//
// A load that is the whole of a loop's round (runtime/by_graph/pure_loops.h), and goes round again with the value that it read, is an await
// with a predicate that nobody has told. It is found out: what a thread does with a value follows from its history. So where it is known
// that with the newest store a load would be futile, the thread waits outside the graph (waiting.cc), as for Kind::await, and no
// execution ends with it having read in vain. Where it turns out, the leaf begins again with that knowledge (Explorer::come_back).
#pragma once

#include <cstdint>

namespace interleave::explore::graph {

class FutileReads {
 public:
  enum class Known : std::uint8_t { no, futile, goes_on };
  virtual ~FutileReads() = default;
  // What comes of it if a load reads the value at the history.
  virtual Known find(std::uint64_t history, std::uint64_t value) const = 0;
};

}  // namespace interleave::explore::graph
