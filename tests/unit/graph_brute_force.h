// All consistent executions of a small program by brute force: an independent oracle for the graph engine.
// SPDX-License-Identifier: Apache-2.0
//
// Adds the next event of every thread in every order, with every store it could read and every place in the
// modification order, keeps what the axioms allow, and forgets what it has seen before. The axioms are those of
// lib/explore/graph/psc.h with coherence, atomicity, acyclic (po | rf) and the release sequences of C++20, written
// down as relations and closures over explicit bit matrices: no clocks, no shortcuts. Shares with the engine only
// what an operation does to a value (operation.h).
#pragma once

#include <array>
#include <map>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "graph_random_program.h"

namespace interleave::explore::graph::oracle {

inline constexpr int kMost = 60;                 // events, with the initial stores and plain accesses

struct Relation {
  std::array<std::uint64_t, kMost> to{};
  int n = 0;
  explicit Relation(int events) : n(events) {}
  void add(int a, int b) { to[static_cast<std::size_t>(a)] |= std::uint64_t{1} << b; }
  bool has(int a, int b) const { return to[static_cast<std::size_t>(a)] >> b & 1; }
  Relation operator|(const Relation &o) const {
    Relation r(n);
    for (std::size_t a = 0; a < static_cast<std::size_t>(n); a++) r.to[a] = to[a] | o.to[a];
    return r;
  }
  Relation operator*(const Relation &o) const {  // composition
    Relation r(n);
    for (int a = 0; a < n; a++) {
      for (int b = 0; b < n; b++) {
        if (has(a, b)) r.to[static_cast<std::size_t>(a)] |= o.to[static_cast<std::size_t>(b)];
      }
    }
    return r;
  }
  Relation plus() const {
    Relation r = *this;
    for (int k = 0; k < n; k++) {
      for (int a = 0; a < n; a++) {
        if (r.has(a, k)) r.to[static_cast<std::size_t>(a)] |= r.to[static_cast<std::size_t>(k)];
      }
    }
    return r;
  }
  Relation maybe() const {
    Relation r = *this;
    for (int a = 0; a < n; a++) r.add(a, a);
    return r;
  }
  bool is_irreflexive() const {
    for (int a = 0; a < n; a++) {
      if (has(a, a)) return false;
    }
    return true;
  }
  bool is_acyclic() const { return plus().is_irreflexive(); }
  // [from] ; this ; [to]
  template <typename F, typename G>
  Relation between(F from, G target) const {
    Relation r(n);
    for (int a = 0; a < n; a++) {
      for (int b = 0; b < n; b++) {
        if (has(a, b) && from(a) && target(b)) r.add(a, b);
      }
    }
    return r;
  }
};

// `plain`: an access of plain memory; `unseen`: the begin or the end of a thread. Neither is in a class.
enum class Part { initial, read, write, fence, local, plain, unseen };

struct Node {
  Part part;
  int thread;                  // -1: an initial store
  int index;                   // in its thread
  int location;                // 0: none
  Order order;
  std::uint64_t value;
  int rf;                      // reads
  int read_part;               // of the write of a read-modify-write, else -1
  std::uint32_t choice;
  std::uint64_t variable = 0;  // plain
  bool stores = false;         // plain
  std::uint64_t round = UINT64_MAX, gathers = UINT64_MAX;      // of an arrival at a barrier; of what comes after all of that round
};

struct Partial {
  std::vector<Node> nodes;                   // the first ones are the initial stores of locations 1, 2 ...
  std::vector<std::vector<int>> co;          // by location, beginning with the initial store
  std::vector<int> next;                     // instruction of each thread
  std::vector<Register> last;                // of each thread
  std::vector<int> length;                   // events of each thread
  std::vector<bool> is_there;                // threads that were created
  std::vector<int> create, join;             // nodes that created and joined each thread; -1: none
  std::vector<Course> courses;
  std::vector<Kind> stops;                   // none: it goes on; spin, cut
  int futile = 0;                            // rounds that changed nothing, and were not the last of their thread
};

// A partial execution as relations. `start`: what comes before and after a thread as a whole.
struct Relations {
  Relations(const Partial &g);
  bool is_read(int a) const { return node(a).part == Part::read; }
  bool is_write(int a) const { return node(a).part == Part::write || node(a).part == Part::initial; }
  bool is_fence(int a) const { return node(a).part == Part::fence; }
  const Node &node(int a) const { return nodes[static_cast<std::size_t>(a)]; }
  Relation happens_before() const;

  const std::vector<Node> &nodes;
  int n;
  Relation po, start, rf, co, rmw, same;
};

inline Relations::Relations(const Partial &g)
    : nodes(g.nodes), n(static_cast<int>(g.nodes.size())), po(n), start(n), rf(n), co(n), rmw(n), same(n) {
  for (int a = 0; a < n; a++) {
    for (int b = 0; b < n; b++) {
      const int t = node(a).thread, u = node(b).thread;
      if (node(a).location != 0 && node(a).location == node(b).location) same.add(a, b);
      if (t < 0 && u >= 0) start.add(a, b);
      if (u >= 0 && g.create[static_cast<std::size_t>(u)] == a) start.add(a, b);
      if (t >= 0 && g.join[static_cast<std::size_t>(t)] == b) start.add(a, b);
      if (node(a).round != UINT64_MAX && node(a).round == node(b).gathers) start.add(a, b);
      if (t >= 0 && t == u && a < b) po.add(a, b);
    }
    if (is_read(a)) rf.add(node(a).rf, a);
    if (node(a).part == Part::write && node(a).read_part >= 0) rmw.add(node(a).read_part, a);
  }
  for (const auto &order : g.co) {
    for (std::size_t i = 0; i < order.size(); i++) {
      for (std::size_t j = i + 1; j < order.size(); j++) co.add(order[i], order[j]);
    }
  }
}

inline Relation Relations::happens_before() const {
  const auto any = [](int) { return true; };
  const auto fence = [&](int a) { return is_fence(a); };
  const auto write = [&](int a) { return is_write(a); };
  const auto releases = [&](int a) { return (is_write(a) || is_fence(a)) && node(a).thread >= 0 && model::releases(node(a).order); };
  const auto acquires = [&](int a) { return (is_read(a) || is_fence(a)) && model::acquires(node(a).order); };
  const Relation rs = (rf * rmw).plus().maybe().between(write, any);
  const Relation fence_po = po.between(fence, any).maybe(), po_fence = po.between(any, fence).maybe();
  const Relation sw = (fence_po * rs * rf * po_fence).between(releases, acquires);
  return (po | start | sw).plus();
}

inline bool is_consistent(const Partial &g, Model model) {
  const Relations r(g);
  const int n = r.n;
  const auto node = [&](int a) -> const Node & { return r.node(a); };
  const auto any = [](int) { return true; };
  const Relation &po = r.po, &start = r.start, &rf = r.rf, &co = r.co;
  Relation rf_inverse(n);
  for (int a = 0; a < n; a++) {
    if (r.is_read(a)) rf_inverse.add(a, node(a).rf);
  }
  const Relation fr = rf_inverse * co;
  const Relation fr_co = fr * co;
  for (int a = 0; a < n; a++) {
    for (int b = 0; b < n; b++) {
      if (r.rmw.has(a, b) && fr_co.has(a, b)) return false;
    }
  }
  if (model == Model::sc) return (po | start | rf | co | fr).is_acyclic();

  const Relation hb = r.happens_before();
  const Relation eco = (rf | co | fr).plus();
  if (!hb.is_irreflexive() || !(hb * eco).is_irreflexive()) return false;
  if (!(po | start | rf).is_acyclic()) return false;

  Relation hb_same(n);
  for (int a = 0; a < n; a++) {
    for (int b = 0; b < n; b++) {
      if (hb.has(a, b) && r.same.has(a, b)) hb_same.add(a, b);
    }
  }
  const Relation scb = po | po * hb * po | hb_same | co | fr;
  const auto is_sc = [&](int a) { return node(a).thread >= 0 && node(a).order == Order::seq_cst; };
  const auto sc_access = [&](int a) { return is_sc(a) && (r.is_read(a) || r.is_write(a)); };
  const auto sc_fence = [&](int a) { return is_sc(a) && r.is_fence(a); };
  Relation identity(n);
  for (int a = 0; a < n; a++) identity.add(a, a);
  const Relation left = identity.between(sc_access, any) | hb.maybe().between(sc_fence, any);
  const Relation right = identity.between(any, sc_access) | hb.maybe().between(any, sc_fence);
  const Relation psc = left * scb * right | (hb | hb * eco * hb).between(sc_fence, sc_fence);
  return psc.is_acyclic();
}

// The same text as class_of() gives for the threads of the program.
inline std::string key_of(const Partial &g) {
  std::string text;
  const auto name = [&](int a) {
    const Node &n = g.nodes[static_cast<std::size_t>(a)];
    return n.thread < 0 ? std::string("i") : std::to_string(n.thread) + "." + std::to_string(n.index);
  };
  for (std::size_t t = 0; t < g.next.size(); t++) {
    for (const Node &n : g.nodes) {
      if (n.thread != static_cast<int>(t) || n.part == Part::plain || n.part == Part::unseen) continue;
      text += std::to_string(n.location);
      if (n.part == Part::read) text += "<" + name(n.rf);
      if (n.choice != 0) text += "!" + std::to_string(n.choice);
      text += ' ';
    }
    text += '|';
  }
  for (const auto &order : g.co) {
    for (std::size_t i = 1; i < order.size(); i++) text += name(order[i]) + ">";
    text += ';';
  }
  return text;
}

// What each thread read, and memory at the end.
inline std::string outcome_of(const Partial &g) {
  std::string text;
  for (const Register &r : g.last) text += r.seen + "|";
  for (const auto &order : g.co) text += std::to_string(g.nodes[static_cast<std::size_t>(order.back())].value) + ",";
  return text;
}

struct Executions {
  std::set<std::string> complete, deadlocked, cut;    // classes
  std::set<std::string> outcomes, stuck_outcomes;
  bool has_race = false;                         // of plain accesses; such an execution goes no further
  bool is_too_large = false;
};

class Enumerator {
 public:
  // `futile`: so many rounds of loops that change nothing are not the last ones of their threads.
  Enumerator(const RandomProgram &program, Model model, int locations, std::size_t most, int futile)
      : program_(program), model_(model), locations_(locations), most_(most), futile_(futile),
        needed_(static_cast<std::size_t>(locations) + 1, 0) {
    for (const Code &code : program) {
      for (const Instruction &i : code) {
        if (i.op.kind == Kind::gather && i.is_of_register) needed_[static_cast<std::size_t>(i.op.location)] = i.op.expected;
      }
    }
  }

  Executions run() {
    Partial g;
    for (int l = 1; l <= locations_; l++) {
      g.nodes.push_back({Part::initial, -1, l, l, Order::relaxed, 0, -1, -1, 0});
      g.co.push_back({l - 1});
    }
    g.next.assign(program_.size(), 0);
    g.last.assign(program_.size(), {});
    g.length.assign(program_.size(), 0);
    g.is_there = roots_of(program_);
    g.create.assign(program_.size(), -1);
    g.join = g.create;
    g.courses.assign(program_.size(), {});
    g.stops.assign(program_.size(), Kind::none);
    for (std::size_t t = 0; t < program_.size(); t++) {
      arrive(g, t);
      if (g.is_there[t] && !go_on(g, t)) return result_;
    }
    stack_.push_back(g);
    while (!stack_.empty() && !result_.is_too_large) {
      const Partial top = std::move(stack_.back());
      stack_.pop_back();
      extend(top);
    }
    return result_;
  }

 private:
  const Instruction *instruction(const Partial &g, std::size_t t) const {
    const auto i = static_cast<std::size_t>(g.next[t]);
    return i < program_[t].size() && g.stops[t] == Kind::none ? &program_[t][i] : nullptr;
  }
  bool has_ended(const Partial &g, std::size_t t) const { return static_cast<std::size_t>(g.next[t]) >= program_[t].size(); }
  void arrive(Partial &g, std::size_t t) const {
    g.courses[t].events = static_cast<std::uint32_t>(g.length[t]);
    g.courses[t].arrive(program_[t], static_cast<std::size_t>(g.next[t]), g.last[t]);
  }
  // Goes over what is no event: instructions that are left out, and plain accesses. False: one of them races.
  bool go_on(Partial &g, std::size_t t) {
    std::uint64_t before = 0;              // the nodes that happen before it
    bool is_known = false;
    for (const Instruction *i; (i = instruction(g, t)) != nullptr;) {
      const bool left_out = is_left_out(*i, g.last[t].value);
      if (!left_out && i->plain == Plain::none) return true;
      if (!left_out) {
        if (!is_known) before = before_next(g, t);
        is_known = true;
        const bool stores = i->plain == Plain::write;
        const std::uint64_t value = i->op.operand + (i->adds_register ? g.last[t].value : 0);
        if (!touch(g, t, i->op.location, stores, value, &before)) return false;
        if (!stores) g.last[t].set(g.nodes.back().value);
      }
      pass(g, t, left_out);
    }
    return true;
  }
  void pass(Partial &g, std::size_t t, bool left_out) const {
    const Instruction &i = *instruction(g, t);
    if (!left_out) g.stops[t] = g.courses[t].leave(i, g.last[t]);
    if (g.stops[t] == Kind::spin && g.futile < futile_) g.futile++, g.stops[t] = Kind::none;
    if (!left_out && i.goes_on(g.last[t].value)) g.next[t] -= i.loop - 1;
    else g.next[t] = static_cast<int>(next_of(program_[t], static_cast<std::size_t>(g.next[t]), left_out, g.last[t].value));
    if (g.stops[t] == Kind::none) arrive(g, t);
  }
  // What happens before the next access of t.
  std::uint64_t before_next(const Partial &g, std::size_t t) const {
    int last = -1;
    std::uint64_t before = 0;
    for (std::size_t a = 0; a < g.nodes.size(); a++) {
      if (g.nodes[a].thread < 0) before |= std::uint64_t{1} << a;
      if (g.nodes[a].thread == static_cast<int>(t)) last = static_cast<int>(a);
    }
    if (last < 0) return before;
    const Relation hb = Relations(g).happens_before();
    for (int a = 0; a < hb.n; a++) {
      if (a == last || hb.has(a, last)) before |= std::uint64_t{1} << a;
    }
    return before;
  }
  // An access of plain memory, after the nodes in `before`: reads the last of the stores among them.
  bool touch(Partial &g, std::size_t t, std::uint64_t variable, bool stores, std::uint64_t value, std::uint64_t *before) {
    if (g.nodes.size() + 8 > kMost) return result_.is_too_large = true, false;
    for (std::size_t a = 0; a < g.nodes.size(); a++) {
      const Node &other = g.nodes[a];
      if (other.part != Part::plain || other.variable != variable || !(stores || other.stores)) continue;
      if ((*before >> a & 1) == 0) return result_.has_race = true, false;
    }
    if (!stores) {                         // without races they are in the order in which they were added
      value = 0;
      for (const Node &other : g.nodes)
        if (other.part == Part::plain && other.variable == variable && other.stores) value = other.value;
    }
    g.nodes.push_back({Part::plain, static_cast<int>(t), -1, 0, Order::relaxed, value, -1, -1, 0, variable, stores});
    *before |= std::uint64_t{1} << (g.nodes.size() - 1);
    return true;
  }
  int add(Partial &g, std::size_t t, Part part, int location, Order order, std::uint64_t value, int rf = -1,
          int read_part = -1, std::uint32_t choice = 0) const {
    g.nodes.push_back({part, static_cast<int>(t), g.length[t]++, location, order, value, rf, read_part, choice});
    return static_cast<int>(g.nodes.size()) - 1;
  }
  void accept(Partial &g, std::size_t t) {
    std::string key = key_of(g);             // tells where each thread is
    if (seen_.contains(key) || !is_consistent(g, model_)) return;
    seen_.insert(std::move(key));
    if (seen_.size() > most_ || g.nodes.size() + 8 > kMost) result_.is_too_large = true;
    const Instruction &i = *instruction(g, t);
    if (i.is_pointer && i.op.kind != Kind::store && !look_into_node(g, t, i)) return;
    pass(g, t, false);
    if (i.op.kind == Kind::create && !go_on(g, i.op.operand)) return;
    if (go_on(g, t)) stack_.push_back(std::move(g));
  }
  bool look_into_node(Partial &g, std::size_t t, const Instruction &i) {
    const std::uint64_t node = g.last[t].value;
    if (node == 0) return true;
    std::uint64_t before = before_next(g, t);
    if (!touch(g, t, kFirstNode + node, false, 0, &before)) return false;
    return !i.frees || touch(g, t, kFirstNode + node, true, 0, &before);
  }

  void extend(const Partial &g) {
    bool is_complete = true, is_stuck = true;
    for (std::size_t t = 0; t < program_.size(); t++) {
      const Instruction *i = g.is_there[t] ? instruction(g, t) : nullptr;
      is_complete &= !g.is_there[t] || has_ended(g, t);
      if (!i) continue;
      Operation op = i->op;
      op.operand = operand_of(*i, g.last[t].value);
      if (op.kind == Kind::fence) {
        Partial h = g;
        add(h, t, Part::fence, 0, op.order, 0);
        accept(h, t);
      } else if (op.kind == Kind::choose) {
        for (std::uint32_t c = 0; c < op.operand; c++) {
          Partial h = g;
          add(h, t, Part::local, 0, Order::relaxed, c, -1, -1, c);
          h.last[t].set(c);
          accept(h, t);
        }
      } else if (op.kind == Kind::create) {
        Partial h = g;
        h.create[op.operand] = add(h, t, Part::local, 0, Order::relaxed, 0);
        h.is_there[op.operand] = true;
        h.nodes.push_back({Part::unseen, static_cast<int>(op.operand), -1, 0, Order::relaxed, 0, -1, -1, 0});
        accept(h, t);
      } else if (op.kind == Kind::arrive) {
        Partial h = g;
        h.nodes[static_cast<std::size_t>(add(h, t, Part::local, 0, Order::relaxed, 0))].round = op.operand;
        accept(h, t);
      } else if (op.kind == Kind::gather) {
        std::uint64_t arrivals = 0;
        for (const Node &n : g.nodes) arrivals += n.round == op.operand;
        if (arrivals < op.expected) continue;
        Partial h = g;
        h.nodes[static_cast<std::size_t>(add(h, t, Part::local, 0, Order::relaxed, 0))].gathers = op.operand;
        accept(h, t);
      } else if (op.kind == Kind::join) {
        if (!g.is_there[op.operand] || !has_ended(g, op.operand)) continue;
        Partial h = g;
        h.nodes.push_back({Part::unseen, static_cast<int>(op.operand), -1, 0, Order::relaxed, 0, -1, -1, 0});
        h.join[op.operand] = add(h, t, Part::local, 0, Order::relaxed, 0);
        accept(h, t);
      } else {
        Partial h = g;
        if (i->is_pointer && op.kind != Kind::load && op.operand != 0) {
          std::uint64_t before = before_next(h, t);
          if (!touch(h, t, kFirstNode + op.operand, true, op.operand, &before)) {
            is_stuck = false;
            continue;
          }
        }
        const auto &order = g.co[static_cast<std::size_t>(op.location - 1)];
        const std::uint64_t newest = g.nodes[static_cast<std::size_t>(order.back())].value;
        access(h, t, op);
        if (evaluate(op, static_cast<ThreadId>(t + 1), newest, 0).blocked) continue;
      }
      is_stuck = false;
    }
    if (is_complete) {
      result_.complete.insert(key_of(g));
      result_.outcomes.insert(outcome_of(g));
    } else if (!is_stuck || !is_fair(g)) {
      return;
    } else if (std::find(g.stops.begin(), g.stops.end(), Kind::cut) != g.stops.end()) {
      result_.cut.insert(key_of(g));
    } else {
      result_.deadlocked.insert(key_of(g));
      result_.stuck_outcomes.insert(outcome_of(g));
    }
  }

  // Has every thread that spins read in its last round what the newest stores hold?
  bool is_fair(const Partial &g) const {
    for (const Node &n : g.nodes) {
      if (n.part != Part::read || g.stops[static_cast<std::size_t>(n.thread)] != Kind::spin) continue;
      if (n.index < static_cast<int>(g.courses[static_cast<std::size_t>(n.thread)].since)) continue;
      const int newest = g.co[static_cast<std::size_t>(n.location - 1)].back();
      if (n.value != g.nodes[static_cast<std::size_t>(newest)].value) return false;
    }
    return true;
  }

  void access(const Partial &g, std::size_t t, const Operation &op) {
    const auto l = static_cast<std::size_t>(op.location - 1);
    const auto thread = static_cast<ThreadId>(t + 1);
    if (op.kind == Kind::store) {
      Partial h = g;
      h.courses[t].has_changed = true;
      place(h, t, op, op.order, evaluate(op, thread, 0, 0).value, -1, 0);
      return;
    }
    for (int source : g.co[l]) {
      const std::uint64_t old = g.nodes[static_cast<std::size_t>(source)].value;
      const Effect effect = evaluate(op, thread, old, 0);
      if (effect.blocked) continue;
      const std::uint64_t needed = needed_[static_cast<std::size_t>(op.location)];
      for (std::uint32_t c = 0; c < effect.choices; c++) {
        const Effect chosen = evaluate(op, thread, old, c);
        Partial h = g;
        if (has_answer(*instruction(g, t))) h.last[t].set(chosen.result);
        const bool failed = !chosen.writes && (op.kind == Kind::cas || op.kind == Kind::object);
        const int read = add(h, t, Part::read, static_cast<int>(op.location),
                             failed ? op.failure_order : op.order, old, source);
        h.courses[t].has_changed |= chosen.writes && chosen.value != old;
        if (chosen.writes) {
          const std::uint64_t round = needed != 0 ? old / needed : UINT64_MAX;       // it counts arrivals
          place(h, t, op, op.order, chosen.value, read, c, round);
        } else {
          accept(h, t);
        }
      }
    }
  }

  // Adds a store at every place behind the initial one.
  void place(const Partial &g, std::size_t t, const Operation &op, Order order, std::uint64_t value, int read_part,
             std::uint32_t choice, std::uint64_t round = UINT64_MAX) {
    const auto l = static_cast<std::size_t>(op.location - 1);
    for (std::size_t at = 1; at <= g.co[l].size(); at++) {
      Partial h = g;
      const int w = add(h, t, Part::write, static_cast<int>(op.location), order, value, -1, read_part, choice);
      h.nodes[static_cast<std::size_t>(w)].round = round;
      h.co[l].insert(h.co[l].begin() + static_cast<std::ptrdiff_t>(at), w);
      accept(h, t);
    }
  }

  const RandomProgram &program_;
  Model model_;
  int locations_;
  std::size_t most_;
  int futile_;
  std::vector<std::uint64_t> needed_;            // by location, of barriers whose arrivals are counted
  std::vector<Partial> stack_;
  std::unordered_set<std::string> seen_;
  Executions result_;
};

inline constexpr std::size_t kMostPartial = 2500;    // partial executions that are looked at; larger programs are not taken

inline Executions run(const RandomProgram &program, Model model, int futile = 0, std::size_t most = kMostPartial) {
  return Enumerator(program, model, static_cast<int>(locations_of(program)), most, futile).run();
}

}  // namespace interleave::explore::graph::oracle
