// Following deviations, and saying why they cannot be followed.
// SPDX-License-Identifier: Apache-2.0
#include "explore/path.h"

#include <algorithm>
#include <iterator>

namespace interleave::explore {

std::uint32_t index_of(std::uint32_t value, const model::ChoicePoint &point) {
  for (std::uint32_t i = 0; i < point.count; i++) {
    if (point.values[i] == value) return i;
  }
  return Strategy::kCannotFollow;
}

void Path::begin(std::span<const model::Deviation> deviations) {
  deviations_ = deviations;
  next_ = 0;
  has_diverged_ = false;
}

std::uint32_t Path::choose(const model::ChoicePoint &point) {
  if (is_followed() || deviations_[next_].step != point.step) return 0;
  const model::Deviation &wanted = deviations_[next_];
  if (wanted.kind == point.kind) {
    const std::uint32_t index = index_of(wanted.value, point);
    if (index != Strategy::kCannotFollow) {
      next_++;
      return index;
    }
  }
  has_diverged_ = true;
  divergence_ = {point.step, wanted.kind, point.kind, wanted.value, point.count, {}};
  const std::size_t shown = std::min<std::size_t>(point.count, std::size(divergence_.values));
  std::copy_n(point.values, shown, divergence_.values);
  return Strategy::kCannotFollow;
}

void Path::end(campaign::Ending ending) {
  const bool reached_end =
      ending == campaign::Ending::passed || ending == campaign::Ending::truncated;
  if (!reached_end || is_followed()) return;
  const model::Deviation &wanted = deviations_[next_];
  has_diverged_ = true;
  divergence_ = {wanted.step, wanted.kind, wanted.kind, wanted.value, 0, {}};
}

}  // namespace interleave::explore
