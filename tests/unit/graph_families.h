// What the tests of program families share: comparison with an established checker's counts.
// SPDX-License-Identifier: Apache-2.0
//
// The programs are written anew after the descriptions of the synthetic benchmarks of the field; the numbers are complete
// executions. Where a row has no number of its own (kUnknown), nothing is compared.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "graph_litmus.h"

namespace interleave::explore::graph {

inline constexpr std::uint64_t kUnknown = UINT64_MAX;
inline constexpr std::uint64_t x = 1, y = 2, z = 3, v = 4;

// Repeated classes are looked for up to this many executions.
inline constexpr std::uint64_t kMostKept = 40000;

inline void expect(const std::string &name, const Program &program, std::uint64_t under_sc, std::uint64_t under_rc11) {
  for (const Model model : {Model::sc, Model::rc11}) {
    const std::uint64_t want = model == Model::sc ? under_sc : under_rc11;
    if (want == kUnknown) continue;
    const Result result = explore_all(program, model, want <= kMostKept);
    EXPECT_EQ(result.counts.complete, want) << name << (model == Model::sc ? " sc" : " rc11");
    EXPECT_EQ(result.repeated, 0u) << name;
    EXPECT_FALSE(result.diverged) << name;
  }
}

inline std::string sized(const char *name, int n) { return std::string(name) + " " + std::to_string(n); }

// n copies of a thread with i = 0, 1 ...
template <typename F>
void threads(Program &p, int n, F code) {
  for (int i = 0; i < n; i++) p.thread([=](Self self) { return code(self, static_cast<std::uint64_t>(i)); });
}

}  // namespace interleave::explore::graph
