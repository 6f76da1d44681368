// Walks back from a load to the store that it read from.
// SPDX-License-Identifier: Apache-2.0
#include "driver/weak_order.h"

#include <algorithm>

namespace interleave::driver {
namespace {

using campaign::Event;
using model::Op;
using model::Order;

constexpr std::uint32_t kNone = UINT32_MAX;

bool is_update(const Event &e) {
  return e.op == Op::atomic_rmw || (e.op == Op::atomic_cas && !(e.flags & campaign::kFailed));
}
bool reads(const Event &e) { return e.op == Op::atomic_load || e.op == Op::atomic_rmw || e.op == Op::atomic_cas; }

class Walk {
 public:
  explicit Walk(std::span<const Event> events) : events_(events) {}

  std::optional<WeakOrder> find(model::ThreadId earlier, std::uint32_t from, model::ThreadId later, std::uint32_t until) const {
    for (std::uint32_t load = until; load-- > 0;) {
      const Event &e = events_[load];
      if (e.thread != later || !reads(e) || (e.flags & campaign::kBlocked)) continue;
      std::uint32_t store = source(load);
      while (store != kNone && events_[store].thread != earlier && is_update(events_[store])) store = source(store);
      if (store == kNone || store <= from || events_[store].thread != earlier) continue;
      const bool is_store_weak = !is_released(store, from);
      const bool is_load_weak = !model::acquires(e.order) && !has_fence(later, load + 1, until, model::acquires);
      if (is_store_weak || is_load_weak) return WeakOrder{store, load, is_store_weak, is_load_weak};
    }
    return std::nullopt;
  }

 private:
  // Is the store a release, or after a release fence, or does it continue the release sequence of one that is ([intro.races]/5)?
  bool is_released(std::uint32_t store, std::uint32_t from) const {
    const model::ThreadId thread = events_[store].thread;
    for (; store != kNone && store > from; store = is_update(events_[store]) ? source(store) : kNone) {
      const bool is_own = events_[store].thread == thread;
      if (is_own && (model::releases(events_[store].order) || has_fence(thread, from + 1, store, model::releases))) return true;
    }
    return false;
  }

  // The event that wrote what event `load` read. Recorded only where it was stale; else it is the last write before that is the newest in
  // modification order, if the values agree.
  std::uint32_t source(std::uint32_t load) const {
    const Event &e = events_[load];
    if (e.flags & campaign::kStale) return e.source < events_.size() ? e.source : kNone;
    for (std::uint32_t i = load; i-- > 0;)
      if (writes_atomic(events_[i]) && events_[i].address == e.address && !(events_[i].flags & campaign::kStale))
        return events_[i].operand == e.value ? i : kNone;
    return kNone;
  }

  bool has_fence(model::ThreadId thread, std::uint32_t first, std::uint32_t end, bool (*is_strong)(Order)) const {
    return std::any_of(events_.begin() + first, events_.begin() + end,
                       [&](const Event &e) { return e.op == Op::atomic_fence && e.thread == thread && is_strong(e.order); });
  }

  std::span<const Event> events_;
};

}  // namespace

bool writes_atomic(const Event &e) { return e.op == Op::atomic_store || is_update(e); }

std::optional<WeakOrder> find_weak_order(std::span<const Event> events, model::ThreadId earlier, std::uint32_t from,
                                         model::ThreadId later, std::uint32_t until) {
  return Walk(events).find(earlier, from, later, until);
}

}  // namespace interleave::driver
