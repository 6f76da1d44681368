// The pair of atomic operations that would have ordered a race's two accesses, had their memory orders been stronger.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "campaign/campaign.h"

namespace interleave::driver {

// writes_atomic() tells whether it is an atomic store, or an update that did not fail.
bool writes_atomic(const campaign::Event &event);

// A thread read what the other one had written after its access, and that is no synchronizes-with ([atomics.order]/2, [atomics.fences]).
// `store`, `load`: indices of events; at least one of the two is too weak.
struct WeakOrder {
  std::uint32_t store, load;
  bool is_store_weak, is_load_weak;
};

// find_weak_order() looks for the last load of thread `later`, before event `until` (at most their number), that reads from a store of
// thread `earlier` after event `from`, perhaps through updates of other threads between them (a release sequence). What goes through a
// third thread's loads is not looked for. At worst quadratic in the number of events; done once for a finding.
std::optional<WeakOrder> find_weak_order(std::span<const campaign::Event> events, model::ThreadId earlier, std::uint32_t from,
                                         model::ThreadId later, std::uint32_t until);

}  // namespace interleave::driver
