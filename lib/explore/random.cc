// The random walk's one decision.
// SPDX-License-Identifier: Apache-2.0
#include "explore/random.h"

namespace interleave::explore {
namespace {

bool is_among_equals(model::ChoiceKind kind) {
  return kind == model::ChoiceKind::thread || kind == model::ChoiceKind::waiter ||
         kind == model::ChoiceKind::user;
}

}  // namespace

std::uint32_t random_choice(const model::ChoicePoint &point, RandomNumbers &numbers) {
  if (!is_among_equals(point.kind) && numbers.below(4) != 0) return 0;
  return numbers.below(point.count);
}

}  // namespace interleave::explore
