// Which waits are sure to be notified: a least fixed point.
// SPDX-License-Identifier: Apache-2.0
#include "explore/graph/notified.h"

namespace interleave::explore::graph {
namespace {

bool is_wait(const Event &e) { return e.op.kind == Kind::await && e.op.predicate == Predicate::not_equal; }
bool is_notify(const Event &e, std::uint64_t queue) { return e.op.kind == Kind::choose && e.op.location == queue; }

class Waits {
 public:
  explicit Waits(const Graph &g) : g_(g) {}

  bool are_all_notified() {
    for (bool changed = true; changed;) {
      changed = false;
      bool all = true;
      for (std::uint32_t stamp = 0; stamp < g_.event_count(); stamp++) {
        const EventId w = g_.by_stamp(stamp);
        if (!is_wait(g_.at(w)) || is_seen(w)) continue;
        if (is_notified(w)) see(w), changed = true;
        else all = false;
      }
      if (all) return true;
    }
    return false;
  }

 private:
  static constexpr std::uint32_t kMost = 256;

  bool is_seen(EventId w) const {
    for (std::uint32_t i = 0; i < count_; i++)
      if (seen_[i] == w) return true;
    return false;
  }
  void see(EventId w) {
    if (count_ < kMost) seen_[count_++] = w;
  }

  bool is_notified(EventId w) const {
    const Event &wait = g_.at(w);
    if (count_ == kMost) return false;
    if (wait.rf == kInit || Graph::knows(g_.order_clock(g_.previous(w)), wait.rf)) return true;
    const std::uint64_t queue = queue_at(wait.op.location);
    for (std::uint32_t stamp = 0; stamp < g_.event_count(); stamp++) {
      const EventId n = g_.by_stamp(stamp);
      if (is_notify(g_.at(n), queue) && Graph::knows(g_.order_clock(n), wait.rf) && needs_no_other(n)) return true;
    }
    return false;
  }

  // Are all waits that lead to the notify seen to be notified?
  bool needs_no_other(EventId n) const {
    const Time *prefix = g_.porf_clock(n);
    for (std::uint32_t stamp = 0; stamp < g_.event_count(); stamp++) {
      const EventId w = g_.by_stamp(stamp);
      if (Graph::knows(prefix, w) && is_wait(g_.at(w)) && !is_seen(w)) return false;
    }
    return true;
  }

  const Graph &g_;
  EventId seen_[kMost];
  std::uint32_t count_ = 0;
};

}  // namespace

bool are_waits_notified(const Graph &g) { return Waits(g).are_all_notified(); }

}  // namespace interleave::explore::graph
