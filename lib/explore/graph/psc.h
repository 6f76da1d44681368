// Psc: the axiom of RC11 about sequentially consistent accesses and fences, "psc is acyclic".
// SPDX-License-Identifier: Apache-2.0
//
// Lahav, Vafeiadis, Kang, Hur, Dreyer: Repairing Sequential Consistency in C/C++11 (PLDI 2017), with one change:
//   scb      = po | po ; hb ; po | hb=loc | co | fr
//   psc_base = ([Esc] | [Fsc] ; hb?) ; scb ; ([Esc] | hb? ; [Fsc])
//   psc_F    = [Fsc] ; (hb | hb ; eco ; hb) ; [Fsc]          eco = (rf | co | fr)+
//   psc      = psc_base | psc_F
// The change: the paper has po!=loc ; hb ; po!=loc where C++20 has "sequenced before, happens before, sequenced before" (strongly
// happens-before, [intro.races]). With it the litmus tests WWmerge1 and Z6.U have the 17 and 22 executions that an established
// checker expects; with the paper's 18 and 24.
//
// The functions below answer for one pair of events whether psc relates them, by the clocks. Only what is not added
// last in its location's order can close a cycle, and only through itself or through an SC fence before it: the edges
// that an event e adds, being the last of its thread, go from those. So the search starts there.
//
// Cost: the SC events that are reachable from there times all SC events, times the accesses of one location (two fences: of all).
#pragma once

#include <memory_resource>
#include <vector>

#include "explore/graph/graph.h"

namespace interleave::explore::graph {

class Psc {
 public:
  explicit Psc(std::pmr::memory_resource &memory) : events_(&memory), state_(&memory), stack_(&memory) {}
  // Is the graph consistent if it was without `e`, an access that is the last event of its thread?
  bool is_acyclic(const Graph &graph, EventId e);

 private:
  struct Visit {
    std::uint32_t node, next;
  };
  bool has_cycle_from(const Graph &graph, std::uint32_t start);

  std::pmr::vector<EventId> events_;   // the SC ones
  std::pmr::vector<std::uint8_t> state_;
  std::pmr::vector<Visit> stack_;
};

}  // namespace interleave::explore::graph
