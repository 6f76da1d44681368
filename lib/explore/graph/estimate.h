// Estimate: which part of the search is behind it, so that one can say how many executions there will be.
// SPDX-License-Identifier: Apache-2.0
//
// After Knuth (Estimating the efficiency of backtrack programs, 1975), for a search that goes depth first instead of at random: the whole
// has the share 1, and what reaches an event is divided among its alternatives by their weights. An execution adds its share to what is
// done; so does what is left of an event's when its alternatives are exhausted (some were not consistent). Hence done() never
// falls, and is 1 in the end. Shares are divided before the alternatives are seen, so that done() is an estimate: it is good where
// weights are (explorer's weights.cc), and becomes better as the events at the top have fewer alternatives left.
//
// Cost: an entry for each event of the stack of graphs that has alternatives; nothing for others.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory_resource>
#include <vector>

#include "support/bytes.h"

namespace interleave::explore::graph {

class Estimate {
 public:
  explicit Estimate(std::pmr::memory_resource &memory) : points_(&memory) {}

  // What is divided at `place` of the graph at `depth`: that which goes on now has the weight `now`, its alternatives `others` in total.
  void divide(std::uint32_t depth, std::uint64_t place, double now, double others) {
    if (others == 0) return;
    const double unit = share_ / (now + others);
    points_.push_back({depth, place, unit, share_ - unit * now});
    share_ = unit * now;
  }
  // The search goes on with an alternative of that weight at the place; 0 where nothing was divided.
  void take(std::uint32_t depth, std::uint64_t place, double weight) {
    share_ = 0;
    if (!is_at(depth, place)) return;
    Point &point = points_.back();
    share_ = std::min(point.left, point.unit * weight);
    point.left -= share_;
  }
  // divide() is taken back: nothing has happened since.
  void unite(std::uint32_t depth, std::uint64_t place) {
    if (!is_at(depth, place)) return;
    share_ += points_.back().left;
    points_.pop_back();
  }
  // take() is taken back, too.
  void give_back(std::uint32_t depth, std::uint64_t place) {
    if (!is_at(depth, place)) return;
    points_.back().left += share_;
    share_ = 0;
  }
  // The search is back at the place: what comes after it is exhausted.
  void go_back_to(std::uint32_t depth, std::uint64_t place) {
    finish();
    while (!points_.empty() && (points_.back().depth != depth ? points_.back().depth > depth : points_.back().place > place)) {
      done_ += points_.back().left;
      points_.pop_back();
    }
  }
  // What the search does now has ended.
  void finish() {
    done_ += share_;
    share_ = 0;
  }
  void exhaust() { done_ = whole_; }
  double done() const { return std::min(done_, whole_); }
  double whole() const { return whole_; }

  // find_middle() finds the place such that about half of what is left lies before it, or at it; false: nothing is known to be left.
  bool find_middle(std::uint32_t *depth, std::uint64_t *place) const;
  // give() takes out what is left before the place, which becomes all of `to`; `to` counts depths from `lowest`.
  void give(std::uint32_t depth, std::uint64_t place, std::uint32_t lowest, Estimate &to);
  void write(support::ByteWriter &out, std::uint32_t lowest) const;
  void read(support::ByteReader &in);

 private:
  struct Point {
    std::uint32_t depth;
    std::uint64_t place;
    double unit, left;             // the share of weight 1, and of all alternatives that were not taken yet
  };
  bool is_at(std::uint32_t depth, std::uint64_t place) const {
    return !points_.empty() && points_.back().depth == depth && points_.back().place == place;
  }

  std::pmr::vector<Point> points_;
  double whole_ = 1;               // less for a part of a search (part.cc)
  double share_ = 1;               // of what the search does now
  double done_ = 0;
};

}  // namespace interleave::explore::graph
