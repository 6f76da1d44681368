// Building the strategy that the settings ask for.
// SPDX-License-Identifier: Apache-2.0
#include "explore/strategy.h"

#include <new>
#include <utility>

#include "explore/bounded.h"
#include "explore/exhaustive.h"
#include "explore/guided.h"
#include "explore/pct.h"
#include "explore/random.h"
#include "explore/replay.h"
#include "support/check.h"

namespace interleave::explore {
namespace {

template <class T, class... Arguments>
Strategy *make(std::pmr::memory_resource &memory, Arguments &&...arguments) {
  return new (memory.allocate(sizeof(T), alignof(T))) T(std::forward<Arguments>(arguments)...);
}

}  // namespace

Strategy *make_strategy(const campaign::Settings &settings,
                        std::span<const model::Deviation> deviations,
                        std::pmr::memory_resource &memory) {
  switch (settings.strategy) {
    case campaign::Strategy::bounded:
      return make<Bounded>(memory, settings.bound, memory, Bounded::kMemoryLimit,
                           settings.budgets.stale_reads);
    case campaign::Strategy::random: return make<RandomWalk>(memory, settings.seed);
    case campaign::Strategy::pct:
      return make<Pct>(memory, settings.seed, settings.pct_depth, memory);
    case campaign::Strategy::exhaustive: return make<Exhaustive>(memory, settings.memory_model, settings.caution, memory);
    case campaign::Strategy::replay: return make<Replay>(memory, deviations);
    case campaign::Strategy::guided: return make<Guided>(memory, deviations, memory);
  }
  CHECK(false, "settings name no strategy");
  __builtin_unreachable();
}

}  // namespace interleave::explore
