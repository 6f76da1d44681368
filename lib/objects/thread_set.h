// ThreadSet: a set of thread ids as a plain value of 32 bytes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "model/ids.h"

namespace interleave::objects {

struct ThreadSet {
  std::uint64_t words[model::kMaxThreads / 64] = {};

  void add(model::ThreadId t) { words[t / 64] |= std::uint64_t{1} << (t % 64); }
  void remove(model::ThreadId t) { words[t / 64] &= ~(std::uint64_t{1} << (t % 64)); }
  bool has(model::ThreadId t) const { return words[t / 64] >> (t % 64) & 1; }
  void clear() { *this = {}; }
  bool empty() const {
    for (auto w : words) if (w) return false;
    return true;
  }
  std::uint32_t size() const {
    int n = 0;
    for (auto w : words) n += __builtin_popcountll(w);
    return static_cast<std::uint32_t>(n);
  }
};

}  // namespace interleave::objects
