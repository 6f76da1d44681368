// RC11 by brute force: every execution graph of a small program that satisfies the axioms.
// SPDX-License-Identifier: Apache-2.0
//
// The naive twin of objects/modification_order.h, written from the paper (Lahav et al., "Repairing
// sequential consistency in C/C++11", PLDI 2017; release sequences as in C++20) with relations as
// matrices: all ways to read, all modification orders, values by evaluation, then the axioms as
// they stand there. A read-modify-write is one event.
#pragma once

#include <algorithm>
#include <cstdint>
#include <set>
#include <vector>

#include "model/operation.h"

namespace interleave::axiomatic {

using model::Order;

enum class Do : std::uint8_t { load, store, add, exchange, compare_exchange, fence };

struct Instruction {
  Do what;
  std::uint32_t location = 0;
  Order order = Order::relaxed;
  std::uint32_t value = 0;         // stored or added
  std::uint32_t expected = 0;      // of a compare-exchange
  Order failure = Order::relaxed;
};
using Program = std::vector<std::vector<Instruction>>;

inline constexpr std::uint32_t kLocations = 2;
// What the reads saw, by thread and position, then what the locations hold at the end.
using Outcome = std::vector<std::uint32_t>;

// A relation between up to 32 events.
class Relation {
 public:
  explicit Relation(std::size_t n) : rows_(n, 0) {}
  bool has(std::size_t a, std::size_t b) const { return rows_[a] >> b & 1; }
  void add(std::size_t a, std::size_t b) { rows_[a] |= 1u << b; }
  std::size_t size() const { return rows_.size(); }
  Relation operator|(const Relation &o) const {
    Relation r = *this;
    for (std::size_t i = 0; i < rows_.size(); i++) r.rows_[i] |= o.rows_[i];
    return r;
  }
  // r ; s
  Relation then(const Relation &s) const {
    Relation out(rows_.size());
    for (std::size_t a = 0; a < rows_.size(); a++)
      for (std::size_t b = 0; b < rows_.size(); b++)
        if (has(a, b)) out.rows_[a] |= s.rows_[b];
    return out;
  }
  Relation or_equal() const {
    Relation r = *this;
    for (std::size_t i = 0; i < rows_.size(); i++) r.add(i, i);
    return r;
  }
  Relation inverse() const {
    Relation r(rows_.size());
    for (std::size_t a = 0; a < rows_.size(); a++)
      for (std::size_t b = 0; b < rows_.size(); b++)
        if (has(a, b)) r.add(b, a);
    return r;
  }
  Relation closure() const {
    Relation r = *this;
    for (std::size_t k = 0; k < rows_.size(); k++)
      for (std::size_t a = 0; a < rows_.size(); a++)
        if (r.has(a, k)) r.rows_[a] |= r.rows_[k];
    return r;
  }
  // Those pairs that `keep` holds for.
  template <class Keep>
  Relation where(Keep keep) const {
    Relation r(rows_.size());
    for (std::size_t a = 0; a < rows_.size(); a++)
      for (std::size_t b = 0; b < rows_.size(); b++)
        if (has(a, b) && keep(a, b)) r.add(a, b);
    return r;
  }
  bool is_irreflexive() const {
    for (std::size_t i = 0; i < rows_.size(); i++)
      if (has(i, i)) return false;
    return true;
  }
  bool is_acyclic() const { return closure().is_irreflexive(); }

 private:
  std::vector<std::uint32_t> rows_;
};

class Enumerator {
 public:
  explicit Enumerator(const Program &program) {
    for (std::uint32_t l = 0; l < kLocations; l++)
      events_.push_back({{Do::store, l, Order::relaxed, 0}, 0, false});
    for (std::size_t t = 0; t < program.size(); t++)
      for (const Instruction &i : program[t]) events_.push_back({i, t + 1, false});
  }

  void run() { guess_failures(0); }

  std::set<Outcome> allowed;             // by RC11
  // ... of executions that can be put into one order that agrees with po, rf and psc.
  std::set<Outcome> ordered;

 private:
  struct Event {
    Instruction does;
    std::size_t thread;            // 0: what memory holds at first, before everything
    bool fails;                    // a compare-exchange that does not exchange
  };

  bool is_fence(std::size_t e) const { return events_[e].does.what == Do::fence; }
  bool is_update(std::size_t e) const {
    return events_[e].does.what >= Do::add && !is_fence(e) && !events_[e].fails;
  }
  bool is_read(std::size_t e) const { return !is_fence(e) && events_[e].does.what != Do::store; }
  bool is_write(std::size_t e) const { return events_[e].does.what == Do::store || is_update(e); }
  bool same_location(std::size_t a, std::size_t b) const {
    return !is_fence(a) && !is_fence(b) && events_[a].does.location == events_[b].does.location;
  }
  Order order(std::size_t e) const {
    return events_[e].fails ? events_[e].does.failure : events_[e].does.order;
  }
  bool acquires(std::size_t e) const {
    return (is_fence(e) || is_read(e)) && model::acquires(order(e));
  }
  bool releases(std::size_t e) const {
    return (is_fence(e) || is_write(e)) && model::releases(order(e));
  }
  bool is_sc(std::size_t e) const { return order(e) == Order::seq_cst; }

  void guess_failures(std::size_t e) {
    if (e == events_.size()) {
      source_.assign(events_.size(), 0);
      return choose_sources(0);
    }
    guess_failures(e + 1);
    if (events_[e].does.what != Do::compare_exchange) return;
    events_[e].fails = true;
    guess_failures(e + 1);
    events_[e].fails = false;
  }

  void choose_sources(std::size_t e) {
    if (e == events_.size()) return evaluate();
    if (!is_read(e)) return choose_sources(e + 1);
    for (std::size_t w = 0; w < events_.size(); w++) {
      if (w == e || !is_write(w) || !same_location(e, w)) continue;
      source_[e] = w;
      choose_sources(e + 1);
    }
  }

  // The value that a read sees; needs po and rf to be acyclic.
  std::uint32_t seen(std::size_t e) const { return written(source_[e]); }
  std::uint32_t written(std::size_t e) const {
    const Instruction &i = events_[e].does;
    return i.what == Do::add ? seen(e) + i.value : i.value;
  }

  void evaluate() {
    const std::size_t n = events_.size();
    Relation po(n), rf(n);
    for (std::size_t a = 0; a < n; a++) {
      for (std::size_t b = 0; b < n; b++) {
        const bool is_first = events_[a].thread == 0 && events_[b].thread != 0;
        if (is_first || (events_[a].thread == events_[b].thread && events_[a].thread != 0 && a < b))
          po.add(a, b);
      }
      if (is_read(a)) rf.add(source_[a], a);
    }
    if (!(po | rf).is_acyclic()) return;
    for (std::size_t e = 0; e < n; e++) {
      if (events_[e].does.what != Do::compare_exchange) continue;
      if ((seen(e) == events_[e].does.expected) == events_[e].fails) return;
    }
    std::vector<std::vector<std::size_t>> orders(kLocations);
    for (std::size_t e = 0; e < n; e++)
      if (is_write(e)) orders[events_[e].does.location].push_back(e);
    permute(0, orders, po, rf);
  }

  // What memory holds at first stays the first.
  void permute(std::size_t l, std::vector<std::vector<std::size_t>> &orders, const Relation &po,
               const Relation &rf) {
    if (l == kLocations) return check(orders, po, rf);
    auto &order = orders[l];
    std::sort(order.begin(), order.end());
    do permute(l + 1, orders, po, rf);
    while (std::next_permutation(order.begin() + 1, order.end()));
  }

  void check(const std::vector<std::vector<std::size_t>> &orders, const Relation &po,
             const Relation &rf) {
    const std::size_t n = events_.size();
    Relation mo(n);
    for (const auto &order : orders)
      for (std::size_t i = 0; i < order.size(); i++)
        for (std::size_t j = i + 1; j < order.size(); j++) mo.add(order[i], order[j]);
    const Relation rb =
        rf.inverse().then(mo).where([](std::size_t a, std::size_t b) { return a != b; });
    // Atomicity: a read-modify-write stands right after what it reads.
    for (std::size_t e = 0; e < n; e++)
      for (std::size_t w = 0; w < n; w++)
        if (is_update(e) && ((mo.has(source_[e], w) && mo.has(w, e)) || !mo.has(source_[e], e)))
          return;

    const Relation rmw_rf = rf.where([&](std::size_t, std::size_t b) { return is_update(b); });
    Relation sw(n);
    for (std::size_t w = 0; w < n; w++) {
      if (!is_write(w)) continue;
      for (std::size_t v = 0; v < n; v++) {
        if (v != w && !rmw_rf.closure().has(w, v)) continue;         // v is in w's release sequence
        for (std::size_t r = 0; r < n; r++) {
          if (!rf.has(v, r)) continue;
          for (std::size_t a = 0; a < n; a++) {
            if (!releases(a) || !(a == w || (is_fence(a) && po.has(a, w)))) continue;
            for (std::size_t b = 0; b < n; b++)
              if (acquires(b) && (b == r || (is_fence(b) && po.has(r, b)))) sw.add(a, b);
          }
        }
      }
    }
    const Relation hb = (po | sw).closure();
    const Relation eco = (rf | mo | rb).closure();
    if (!hb.then(eco.or_equal()).is_irreflexive()) return;           // coherence

    const auto at_one = [&](std::size_t a, std::size_t b) { return same_location(a, b); };
    const auto elsewhere = [&](std::size_t a, std::size_t b) {
      return !is_fence(a) && !is_fence(b) && !same_location(a, b);
    };
    const Relation po_elsewhere = po.where(elsewhere);
    const Relation scb =
        po | po_elsewhere.then(hb).then(po_elsewhere) | hb.where(at_one) | mo | rb;
    Relation accesses(n), fences(n);
    for (std::size_t e = 0; e < n; e++) {
      if (is_sc(e) && !is_fence(e)) accesses.add(e, e);
      if (is_sc(e) && is_fence(e)) fences.add(e, e);
    }
    const Relation psc =
        (accesses | fences.then(hb.or_equal())).then(scb).then(accesses |
                                                               hb.or_equal().then(fences)) |
        fences.then(hb | hb.then(eco).then(hb)).then(fences);
    if (!psc.is_acyclic()) return;

    Outcome outcome;
    for (std::size_t e = 0; e < n; e++)
      if (is_read(e)) outcome.push_back(seen(e));
    for (const auto &order : orders) outcome.push_back(written(order.back()));
    if ((po | rf | psc).is_acyclic()) ordered.insert(outcome);
    allowed.insert(std::move(outcome));
  }

  std::vector<Event> events_;
  std::vector<std::size_t> source_;
};

}  // namespace interleave::axiomatic
