// What the alternatives of an event weigh in the estimate, against going on with the event as it is.
// SPDX-License-Identifier: Apache-2.0
//
// An older store to read, or place to store, weighs 1, also where it leads to the revisit of another operation that writes. A revisit
// by a store removes events, and they are added again, with their alternatives: it weighs the product of their numbers (Event::ways,
// and one more for what reads, or stores to, the location of the store that revisits). Some alternatives turn out not to exist, and
// events that are met later are not known: these are estimates. They are good for stores and loads, and too small a share done for
// many read-modify-writes of one location, whose late alternatives have fewer executions than their weight says.
//
// Cost: what advancing through the alternatives will cost anyway (a look at each), once more.
#include <algorithm>

#include "explore/graph/explorer.h"

namespace interleave::explore::graph {
namespace {

constexpr double kMost = 1e60;           // that products of products stay finite

// The alternatives that e will have when it is added again, after a store to the location.
double ways_again(const Graph &g, EventId e, LocationIndex l) {
  const Event &event = g.at(e);
  const bool has_one_more = event.location == l && (event.is_read || !event.is_rmw);
  return event.ways + (has_one_more ? 1.0 : 0.0);
}

}  // namespace

// Of what a read that was just added may read instead: divides.
void Explorer::divide_read(EventId read, double now) {
  Graph &g = current();
  const Event &e = g.at(read);
  std::uint32_t ways = 1;
  for (EventId source = e.rf; source != kInit && !is_floor(read, source);) {
    source = g.at(source).co_previous;
    if (is_guarded(e.op) && is_blocked(e.op, read.thread(), g.value_of(e.location, source))) continue;
    ways++;
  }
  g.at(read).ways = static_cast<std::uint16_t>(std::min<std::uint32_t>(ways, UINT16_MAX));
  estimate_.divide(depth_, place_of(read), now, ways - 1);
}

// Of a revisit of the read with the stamp `first`, by a store to the location with the stamp `last` and that prefix.
double Explorer::weight_of_removed(const Graph &g, const Time *prefix, std::uint32_t first, std::uint32_t last, LocationIndex l) {
  double weight = 1;
  while (--last > first) {
    const EventId id = g.by_stamp(last);
    if (!Graph::knows(prefix, id)) weight = std::min(weight * ways_again(g, id, l), kMost);
  }
  return weight;
}

// Of a store that was just added: each of its places, with the revisits from there. now = 0: only for the revisit of a rival.
void Explorer::divide_store(EventId w, double now) {
  if (now == 0) {
    estimate_.divide(depth_, place_of(w), 0, 1);
    return;
  }
  Graph &g = current();
  const Event &e = g.at(w);
  std::uint32_t places = 1;
  if (e.is_rmw) {
    places = static_cast<std::uint32_t>(
        evaluate(e.op, w.thread(), g.at(EventId::of(w.thread(), w.index() - 1)).value, 0).choices);
  } else {
    for (EventId after = e.co_previous; after != kInit && !is_floor(w, after); after = g.at(after).co_previous)
      places += !g.at(after).is_rmw;
  }
  double revisits = 0;
  if (has_target(w)) {
    const Time *prefix = g.porf_clock(w);
    double weight = 1;
    for (std::uint32_t stamp = e.stamp; stamp-- != 0;) {
      const EventId id = g.by_stamp(stamp);
      if (Graph::knows(prefix, id)) continue;
      if (!is_maximal(id, w, prefix)) break;
      if (g.at(id).is_read && g.at(id).location == e.location) revisits += weight;
      weight = std::min(weight * ways_again(g, id, e.location), kMost);
    }
  } else {
    g.at(w).walk = 0;              // not looked for again
  }
  g.at(w).ways = static_cast<std::uint16_t>(std::min<std::uint32_t>(places, UINT16_MAX));
  estimate_.divide(depth_, place_of(w), now, std::min(places * (now + revisits), kMost) - now);
}

}  // namespace interleave::explore::graph
