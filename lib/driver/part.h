// Part: a part of an exhaustive search as the driver keeps it, between the processes that explore it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "campaign/campaign.h"

namespace interleave::driver {

struct Part {
  std::uint64_t layout = 0;          // see campaign::Part
  campaign::Progress progress{};     // what was counted in it so far
  std::vector<std::byte> bytes;      // none: the whole search, from its beginning
  int deaths = 0;                    // of processes that explored it and got no further
  bool is_whole() const { return bytes.empty(); }
};

// add() makes `sum` the progress of both.
void add(campaign::Progress &sum, const campaign::Progress &other);

Part copy_of(const campaign::Part &part);
void copy_to(campaign::Part &to, const Part &part);

}  // namespace interleave::driver
