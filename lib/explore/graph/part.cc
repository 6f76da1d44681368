// Parts of the search: dividing what is still to be explored, writing it down, reading it elsewhere.
// SPDX-License-Identifier: Apache-2.0
//
// What is still to be tried is read off the stack of graphs: the alternatives of each event of each level, down to the level's base.
// A cut is a place in that order, a level and a stamp. Below it lie the alternatives of all events of the lower levels and of those of this
// level with smaller stamps; the other events of this level and the levels above it are above. The explorer that goes on keeps what is
// above: its lowest level is that of the cut, whose base becomes the stamp. The part that is given away has what is below: the lower levels,
// and of the level of the cut the events with smaller stamps, as they would be found there once all that is above had been explored. So
// each alternative is on exactly one side, and an event's state is what it was: nothing is explored twice or never.
//
// Operations that wait have their places too: those that began to wait when the graph had n events are tried before the event with stamp n
// is exhausted, and belong to its side. On the other side above, they remain as what they are to events behind them: as if tried.
//
// The best cut divides what the estimate says is left, the present leaf included, into halves. A part has its share of the whole, so that
// the estimates of all parts add up. Where the estimate knows of nothing left (it is one), all alternatives of the oldest event that has
// any are given.
//
// The driver's notes (notes.h) are not written: where a graph is read there are none.
//
// Bytes are this build's, and addresses in them (names of locations, values, object models) this program's at this layout: who passes them
// on compares those (runtime/process/layout.h). Cost: some 230 bytes an event, written in about the time of a copy; 2 to 20 microseconds
// a level.
#include <algorithm>

#include "explore/graph/explorer.h"
#include "support/check.h"

namespace interleave::explore::graph {
namespace {

constexpr std::uint32_t kFormat = 0x70617202;      // changes with what is written

}  // namespace

// ---- estimate -------------------------------------------------------------------------------------------------------------

bool Estimate::find_middle(std::uint32_t *depth, std::uint64_t *place) const {
  double left = share_;
  for (const Point &point : points_) left += point.left;
  double below = 0, best = left;
  for (const Point &point : points_) {
    below += point.left;
    const double distance = std::abs(below - left / 2);
    if (below <= 0 || distance >= best) continue;
    best = distance;
    *depth = point.depth;
    *place = point.place;
  }
  return best < left;
}

void Estimate::give(std::uint32_t depth, std::uint64_t place, std::uint32_t lowest, Estimate &to) {
  to.points_.clear();
  to.whole_ = to.share_ = to.done_ = 0;
  auto it = points_.begin();
  for (; it != points_.end() && (it->depth < depth || (it->depth == depth && it->place < place)); ++it) {
    to.points_.push_back(*it);
    to.points_.back().depth -= lowest;
    to.whole_ += it->left;
  }
  points_.erase(points_.begin(), it);
  whole_ = std::max(whole_ - to.whole_, done_);
}

void Estimate::write(support::ByteWriter &out, std::uint32_t lowest) const {
  out.put(whole_);
  out.put(share_);
  out.put(done_);
  out.put(lowest);
  out.put_all(points_);
}

void Estimate::read(support::ByteReader &in) {
  whole_ = in.get<double>();
  share_ = in.get<double>();
  done_ = in.get<double>();
  const auto lowest = in.get<std::uint32_t>();
  in.get_all(points_);
  for (Point &point : points_) point.depth -= lowest;
}

// ---- graph ----------------------------------------------------------------------------------------------------------------

void Graph::write(support::ByteWriter &out) const {
  out.put(stride_);
  out.put(sc_count_);
  out.put(sc_fence_count_);
  out.put(thread_count());
  for (const Thread &thread : threads_) {
    out.put_all(thread.events);
    out.put_all(thread.rows);
    out.put(thread.created_by);
  }
  out.put_all(locations_);
  out.put_all(stamps_);
  out.put_all(back_edges_);
}

void Graph::read(support::ByteReader &in) {
  clear();
  stride_ = in.get<std::uint32_t>();
  sc_count_ = in.get<std::uint32_t>();
  sc_fence_count_ = in.get<std::uint32_t>();
  const auto count = in.get<ThreadId>();
  zero_.assign(in.is_short() || stride_ > 2 * kMaxGraphThreads ? 0 : stride_, 0);
  while (threads_.size() < count && !in.is_short()) threads_.emplace_back(threads_.get_allocator().resource());
  for (ThreadId t = 0; t < count && !in.is_short(); t++) {
    in.get_all(threads_[t].events);
    for (Event &e : threads_[t].events) e.tail = 0;
    in.get_all(threads_[t].rows);
    threads_[t].created_by = in.get<EventId>();
  }
  in.get_all(locations_);
  in.get_all(stamps_);
  in.get_all(back_edges_);
}

// ---- cutting --------------------------------------------------------------------------------------------------------------

bool Explorer::has_alternative(const Level &level, std::uint32_t stamp) const {
  for (const Waiting &w : level.untried) {
    if (w.stamp == stamp) return true;
  }
  const Event &e = level.graph.at(level.graph.by_stamp(stamp));
  if (e.is_write) return e.walk != 0 || e.is_rmw || e.co_previous != kInit;
  if (e.is_read) return e.rf != kInit;
  return e.op.kind == Kind::choose && e.choice + 1 < e.op.operand;
}

// Gives the alternatives of the oldest event that may have any.
std::optional<Explorer::Cut> Explorer::lowest_cut() const {
  for (std::uint32_t depth = lowest_; depth <= depth_; depth++) {
    const Level &level = levels_[depth];
    for (std::uint32_t stamp = level.base; stamp < level.graph.event_count(); stamp++) {
      if (has_alternative(level, stamp)) return Cut{depth, stamp + 1};
    }
  }
  return {};
}

std::optional<Explorer::Cut> Explorer::find_cut() const {
  std::uint32_t depth = 0;
  std::uint64_t place = 0;
  if (!estimate_.find_middle(&depth, &place)) return lowest_cut();
  // Operations that wait share a stamp with the event that is there.
  const std::uint32_t stamp = std::min(static_cast<std::uint32_t>(place / 2) + 1, levels_[depth].graph.event_count());
  return Cut{depth, stamp};
}

// ---- writing and reading --------------------------------------------------------------------------------------------------

void Explorer::write_head(support::ByteWriter &out, bool is_at_leaf, std::uint32_t levels, const Counts &counts) {
  out.put(kFormat);
  out.put(model_);
  out.put(is_at_leaf);
  out.put(counts);
  locations_.names_into(names_);
  out.put_all(names_);
  out.put(levels);
}

void Explorer::write_level(support::ByteWriter &out, const Level &level) {
  out.put(level.base);
  out.put(level.revisited);
  out.put_all(level.tried);
  out.put_all(level.untried);
  level.graph.write(out);
}

bool Explorer::split(support::ByteWriter &out) {
  if (was_stuck_) return false;
  CHECK(!is_at_leaf_, "a search is divided between a begin() and what follows");
  const std::optional<Cut> cut = find_cut();
  if (!cut) return false;
  if (levels_.size() == depth_ + 1) levels_.emplace_back(model_, *memory_);
  Level &above = levels_[cut->depth], &below = levels_[depth_ + 1];      // the latter is free
  kept_.assign(above.graph.thread_count(), 0);
  for (std::uint32_t stamp = 0; stamp < cut->stamp; stamp++) kept_[above.graph.by_stamp(stamp).thread()]++;
  below.graph.assign_prefix(above.graph, kept_, kNone);
  below.base = above.base;
  below.revisited = above.revisited;
  below.tried = above.tried;
  below.untried.clear();
  for (const Waiting &w : above.untried) {
    if (w.stamp < cut->stamp) below.untried.push_back(w);
  }
  write_head(out, false, cut->depth - lowest_ + 1, {});
  for (std::uint32_t depth = lowest_; depth < cut->depth; depth++) write_level(out, levels_[depth]);
  write_level(out, below);
  Estimate rest(*memory_), given(*memory_);          // a copy would lie in the program's heap
  rest = estimate_;
  rest.give(cut->depth, place_of_waiting(cut->stamp), lowest_, given);
  given.write(out, 0);
  if (out.is_full()) return false;
  estimate_ = std::move(rest);
  lowest_ = cut->depth;
  above.base = cut->stamp;
  return true;
}

bool Explorer::write(support::ByteWriter &out) {
  if (was_stuck_) return false;
  write_head(out, true, depth_ - lowest_ + 1, counts_);
  for (std::uint32_t depth = lowest_; depth <= depth_; depth++) write_level(out, levels_[depth]);
  estimate_.write(out, lowest_);
  return !out.is_full();
}

// Histories have names of their own in each process (segments/recorder.h).
void Explorer::forget_histories(Level &level) {
  const auto forget = [](Operation &op) {
    if (op.kind == Kind::load) op.operand = 0;
  };
  for (Waiting &w : level.tried) forget(w.op);
  for (Waiting &w : level.untried) forget(w.op);
  for (std::uint32_t stamp = 0; stamp < level.graph.event_count(); stamp++) forget(level.graph.at(level.graph.by_stamp(stamp)).op);
}

bool Explorer::read(support::ByteReader &in) {
  if (in.get<std::uint32_t>() != kFormat || in.get<Model>() != model_) return false;
  is_at_leaf_ = in.get<bool>();
  counts_ = in.get<Counts>();
  in.get_all(names_);
  locations_.clear();
  for (const std::uint64_t name : names_) locations_.index_of(name);
  const auto levels = in.get<std::uint32_t>();
  if (levels == 0) return false;
  lowest_ = 0;
  for (depth_ = 0; depth_ < levels && !in.is_short(); depth_++) {
    if (levels_.size() == depth_) levels_.emplace_back(model_, *memory_);
    Level &level = levels_[depth_];
    level.base = in.get<std::uint32_t>();
    level.revisited = in.get<EventId>();
    in.get_all(level.tried);
    in.get_all(level.untried);
    level.graph.read(in);
    forget_histories(level);
  }
  depth_--;
  estimate_.read(in);
  was_stuck_ = false;
  start();
  return !in.is_short();
}

}  // namespace interleave::explore::graph
