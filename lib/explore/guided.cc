// Looking up wishes by their place.
// SPDX-License-Identifier: Apache-2.0
#include "explore/guided.h"

#include <algorithm>

#include "explore/path.h"

namespace interleave::explore {
namespace {

std::uint64_t place(model::ThreadId current, std::uint32_t ordinal, model::ChoiceKind kind) {
  return std::uint64_t{current} << 40 | std::uint64_t{ordinal} << 8 |
         static_cast<std::uint64_t>(kind);
}

}  // namespace

Guided::Guided(std::span<const model::Deviation> deviations, std::pmr::memory_resource &memory)
    : wishes_(&memory) {
  wishes_.reserve(deviations.size());
  for (const model::Deviation &d : deviations) {
    wishes_.push_back({place(d.current, d.ordinal, d.kind), d.value,
                       static_cast<std::uint32_t>(wishes_.size()), false});
  }
  std::sort(wishes_.begin(), wishes_.end(), [](const Wish &a, const Wish &b) {
    return a.place != b.place ? a.place < b.place : a.order < b.order;
  });
}

void Guided::begin_execution() {
  for (Wish &wish : wishes_) wish.used = false;
}

std::uint32_t Guided::choose(const model::ChoicePoint &point) {
  std::uint32_t index = use(place(point.current, point.ordinal, point.kind), point);
  if (index == kCannotFollow && point.kind == model::ChoiceKind::thread && !point.preempts) {
    index = use(place(point.current, kWhenStopped, point.kind), point);
  }
  return index == kCannotFollow ? 0 : index;
}

// The answer of the first unused wish for this place that can be met; kCannotFollow: none.
std::uint32_t Guided::use(std::uint64_t here, const model::ChoicePoint &point) {
  auto wish = std::lower_bound(wishes_.begin(), wishes_.end(), here,
                               [](const Wish &w, std::uint64_t p) { return w.place < p; });
  for (; wish != wishes_.end() && wish->place == here; ++wish) {
    if (wish->used) continue;
    const std::uint32_t index = index_of(wish->value, point);
    if (index == kCannotFollow) continue;
    wish->used = true;
    return index;
  }
  return kCannotFollow;
}

}  // namespace interleave::explore
