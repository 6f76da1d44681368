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
// Most graphs are accepted before that, by a coarser relation Q that is cheaper to follow: is e on no cycle of Q, then on none of psc.
//   * No SC fences: Q = hb | co | fr between SC accesses. Each part of scb between two accesses is in it (po and po ; hb ; po
//     are in hb). The graph was consistent without e, so a cycle of psc passes through e, and it is one of Q.
//   * SC fences: Q = hb | rf | co | fr between all events; psc is in Q+. An edge of psc that was not there without e has e as an end
//     or comes from a path of Q through e; so a cycle of psc is a closed path of Q through e.
// From e, the last of its thread and read by nobody, Q goes to later stores of its location only. What is reached is closed under hb, so
// that it is, of each thread, the events from one on; and of the stores later than an event the first one reaches the others. Every
// event is thus met once. If e is met, Q may have a cycle where psc has none (weak behaviour); then psc itself is searched. A program
// whose accesses are all SC seldom comes to that with a graph that is consistent.
//
// Cost: of the acceptance, the events that are reached, and a comparison for each store reached and each thread; of the search, the SC
// events that are reachable times all SC events, times the accesses of one location (two fences: of all).
#pragma once

#include <memory_resource>
#include <vector>

#include "explore/graph/graph.h"

namespace interleave::explore::graph {

class Psc {
 public:
  explicit Psc(std::pmr::memory_resource &memory)
      : reached_(&memory), todo_(&memory), events_(&memory), state_(&memory), stack_(&memory) {}
  // Is the graph consistent if it was without `e`, an access that is the last event of its thread?
  bool is_acyclic(const Graph &graph, EventId e);

 private:
  struct Visit {
    std::uint32_t node, next;
  };
  bool is_reached_from_itself(const Graph &graph, EventId e);
  bool is_in_cycle(const Graph &graph, EventId e);
  bool has_cycle_from(const Graph &graph, std::uint32_t start);

  std::pmr::vector<std::uint32_t> reached_;
  std::pmr::vector<EventId> todo_;
  std::pmr::vector<EventId> events_;   // the SC ones
  std::pmr::vector<std::uint8_t> state_;
  std::pmr::vector<Visit> stack_;
};

}  // namespace interleave::explore::graph
