// Loads that wait as awaits do, and how that is learned.
// SPDX-License-Identifier: Apache-2.0
//
// That a read is futile turns out when it has been made: then the graph is put right, as if it had been known before, and the leaf begins again.
// A read may be there in three ways:
//   * it was added in the default way: it goes, and its thread waits;
//   * it has read another store as the next alternative: that is left out, and the one after it comes;
//   * it was revisited: the revisit is made again, and stops it (make_stop).
#include "explore/audit.h"
#include "explore/graph/explorer.h"

namespace interleave::explore::graph {

bool Explorer::is_guarded(const Operation &op) const {
  return op.kind == Kind::await || op.kind == Kind::object || (op.kind == Kind::load && futile_reads_);
}

// Would t's operation wait if it found the value?
bool Explorer::is_blocked(const Operation &op, ThreadId t, std::uint64_t value) const {
  if (op.kind != Kind::load) return evaluate(op, t, value, 0).blocked;
  return op.operand != 0 && futile_reads_ && futile_reads_->find(op.operand, value) == FutileReads::Known::futile;
}

bool Explorer::is_read_blocked(EventId read) const {
  const Event &e = graph().at(read);
  return is_blocked(e.op, read.thread(), e.value);
}

// A load that would be futile is performed all the same, now and then: should it not be, the driver notices that the program contradicts what is
// known of it.
bool Explorer::is_audited(const Operation &op) { return op.kind == Kind::load && is_audit_due(++futile_); }

// Nobody can go on. Whose load might wait for ever, or might not, because what it would do with the newest store is not known, and it is to
// read that elsewhere in the search only?
ThreadId Explorer::find_trial(std::span<const Operation> pending) {
  const Graph &g = graph();
  for (ThreadId t = 0; t < pending.size(); t++) {
    const Operation &op = pending[t];
    if (op.kind != Kind::load || op.operand == 0 || !futile_reads_) continue;
    const LocationIndex l = locations_.index_of(op.location);
    if (futile_reads_->find(op.operand, g.value_of(l, g.last_store(l))) == FutileReads::Known::no) return t;
  }
  return kNobody;
}

// What was tried is known now.
void Explorer::take_back_trial() {
  current().pop();
  trying_ = kNobody;
  again_ = Again::goes_on;
  ending_ = Ending::again;
}

bool Explorer::come_back(ThreadId t, std::uint64_t history) {
  Level &level = levels_[depth_];
  Graph &g = level.graph;
  const EventId read = EventId::of(t, replayed_[t] - 1);
  if (is_trying()) return take_back_trial(), true;
  if (read.index() + 1 != g.size(t)) return false;
  Event &e = g.at(read);
  e.op.operand = history;
  const std::uint32_t count = g.event_count();
  if (e.stamp >= leaf_count_) {
    if (read != g.newest()) return false;
    estimate_.unite(depth_, place_of(read));
    g.pop();
    again_ = Again::goes_on;
  } else if (count == leaf_count_ && count == level.base && read == level.revisited && depth_ > lowest_) {
    levels_[depth_ - 1].graph.at(read).op.operand = history;
    again_ = Again::revisit;
  } else if (count == leaf_count_ && count != level.base && read == g.newest()) {
    again_ = Again::next_alternative;
  } else {
    return false;
  }
  ending_ = Ending::again;
  return true;
}

bool Explorer::begin_again() {
  switch (again_) {
    case Again::goes_on: return start(), true;
    case Again::next_alternative: return begin();
    case Again::revisit: break;
  }
  depth_--;
  counts_.revisits--;
  const EventId w = current().newest();
  current().at(w).walk++;
  estimate_.give_back(depth_, place_of(w));
  return begin();
}

}  // namespace interleave::explore::graph
