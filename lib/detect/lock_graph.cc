// LockGraph: the table of dependencies and the search for cycles.
// SPDX-License-Identifier: Apache-2.0
#include "detect/lock_graph.h"

#include <algorithm>
#include <cstring>

namespace interleave::detect {
namespace {

// One kind of acquisition: who, what, holding what, at which moment of the creation and joining of
// threads.
struct Dependency {
  Dependency *next;  // in order of first occurrence
  std::uint64_t hash;
  const Clock *forks;  // shared by the dependencies of a thread between two forks or joins
  HeldLock *held;
  std::uint32_t *held_numbers;  // of their locks
  std::uint32_t held_count;
  std::uint32_t lock_number;
  model::ThreadId thread;
  HeldLock lock;
};

// Locks are numbered 0, 1, ... as they first occur in a dependency, so that the search can use
// plain arrays.
struct NumberedLock {
  model::ObjectId lock = model::kNoObject;  // kNoObject: an empty slot
  std::uint32_t number = 0;
};

std::uint64_t mix(std::uint64_t x) {  // the finaliser of splitmix64
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
  x = (x ^ x >> 27) * 0x94d049bb133111eb;
  return x ^ x >> 31;
}

bool same(const HeldLock &a, const HeldLock &b) {
  return a.lock == b.lock && a.is_shared == b.is_shared;
}
std::uint64_t hash(const HeldLock &l) { return mix(std::uint64_t{l.lock} << 1 | l.is_shared); }

bool same_set(std::span<const HeldLock> a, const Dependency &d) {
  if (a.size() != d.held_count) return false;
  for (const HeldLock &l : a) {
    const bool is_there =
        std::any_of(d.held, d.held + d.held_count, [&](const HeldLock &h) { return same(h, l); });
    if (!is_there) return false;
  }
  return true;
}

bool are_ordered(const Dependency &a, const Dependency &b) {
  return b.forks->at(a.thread) >= a.forks->at(a.thread) ||
         a.forks->at(b.thread) >= b.forks->at(b.thread);
}

bool have_gate(const Dependency &a, const Dependency &b) {
  for (std::uint32_t i = 0; i < a.held_count; i++) {
    for (std::uint32_t j = 0; j < b.held_count; j++) {
      const HeldLock &x = a.held[i], &y = b.held[j];
      if (x.lock == y.lock && !(x.is_shared && y.is_shared)) return true;
    }
  }
  return false;
}

// Can the two be pending at the same time? (Two of one thread are ordered.)
bool are_compatible(const Dependency &a, const Dependency &b) {
  return !are_ordered(a, b) && !have_gate(a, b);
}

bool blocks(const HeldLock &held, const HeldLock &wanted) {
  return !(held.is_shared && wanted.is_shared);
}

// Distinct cycles are told apart by their locks and threads.
struct Cycle {
  Cycle *next;
  int length;
  model::ObjectId locks[LockGraph::kMaxCycle];    // ascending
  model::ThreadId threads[LockGraph::kMaxCycle];  // ascending
};

}  // namespace

struct LockGraph::Impl {
  support::Arena *arena;
  Dependency *first, **last;
  std::uint32_t count, capacity;  // of `table`, a power of two
  Dependency **table;             // by hash, open addressing, at most half full
  std::uint32_t lock_count, lock_capacity;
  NumberedLock *locks;  // likewise
  const Clock **forks;  // newest snapshot of each thread
  bool gave_up;

  void add(Dependency *);
  void insert(Dependency *);
  void grow();
  std::uint32_t number(model::ObjectId lock);
  NumberedLock &slot(model::ObjectId lock);
  void grow_locks();
  const Clock *snapshot(model::ThreadId t, const Clock &forks);
};

void LockGraph::begin(support::Arena &arena) {
  impl_ = arena.take_array<Impl>(1);
  *impl_ = Impl();
  impl_->arena = &arena;
  impl_->last = &impl_->first;
}

bool LockGraph::has_dependencies() const { return impl_ != nullptr && impl_->count != 0; }
bool LockGraph::gave_up() const { return impl_ != nullptr && impl_->gave_up; }

// A thread's fork clock only grows, so an equal one can only be the newest.
const Clock *LockGraph::Impl::snapshot(model::ThreadId t, const Clock &now) {
  const Clock *&newest = forks[t];
  if (newest != nullptr && now.less_or_equal(*newest)) return newest;
  Clock *copy = arena->take_array<Clock>(1);
  *copy = Clock();
  copy->assign(now, *arena);
  return newest = copy;
}

void LockGraph::Impl::grow() {
  capacity = capacity == 0 ? 64 : capacity * 2;
  table = arena->take_array<Dependency *>(capacity);
  std::memset(table, 0, capacity * sizeof(Dependency *));
  for (Dependency *d = first; d != nullptr; d = d->next) insert(d);
}

void LockGraph::Impl::insert(Dependency *d) {
  std::uint64_t at = d->hash & (capacity - 1);
  while (table[at] != nullptr) at = (at + 1) & (capacity - 1);
  table[at] = d;
}

void LockGraph::Impl::add(Dependency *d) {
  *last = d;
  last = &d->next;
  if (++count * 2 > capacity) {
    grow();
  } else {
    insert(d);
  }
}

NumberedLock &LockGraph::Impl::slot(model::ObjectId lock) {
  std::uint64_t at = mix(lock) & (lock_capacity - 1);
  while (locks[at].lock != lock && locks[at].lock != model::kNoObject)
    at = (at + 1) & (lock_capacity - 1);
  return locks[at];
}

void LockGraph::Impl::grow_locks() {
  const NumberedLock *old = locks;
  const std::uint32_t old_capacity = lock_capacity;
  lock_capacity = lock_capacity == 0 ? 32 : lock_capacity * 2;
  locks = arena->take_array<NumberedLock>(lock_capacity);
  std::fill_n(locks, lock_capacity, NumberedLock());
  for (std::uint32_t i = 0; i < old_capacity; i++) {
    if (old[i].lock != model::kNoObject) slot(old[i].lock) = old[i];
  }
}

std::uint32_t LockGraph::Impl::number(model::ObjectId lock) {
  if (lock_count * 2 >= lock_capacity) grow_locks();
  NumberedLock &s = slot(lock);
  if (s.lock == model::kNoObject) s = {lock, lock_count++};
  return s.number;
}

void LockGraph::acquired(model::ThreadId t, HeldLock lock, std::span<const HeldLock> held,
                         const Clock &forks) {
  if (held.empty()) return;
  Impl &g = *impl_;
  if (g.table == nullptr) {
    g.grow();
    g.forks = g.arena->take_array<const Clock *>(model::kMaxThreads);
    std::memset(g.forks, 0, model::kMaxThreads * sizeof *g.forks);
  }
  const Clock *moment = g.snapshot(t, forks);
  std::uint64_t h = mix(reinterpret_cast<std::uintptr_t>(moment) + t) + hash(lock) * 3;
  for (const HeldLock &l : held) h += hash(l);  // a sum: the order of a set does not matter
  for (std::uint64_t at = h & (g.capacity - 1); g.table[at] != nullptr;
       at = (at + 1) & (g.capacity - 1)) {
    const Dependency &d = *g.table[at];
    if (d.hash == h && d.thread == t && d.forks == moment && same(d.lock, lock) &&
        same_set(held, d))
      return;
  }
  const auto held_count = static_cast<std::uint32_t>(held.size());
  auto *d = g.arena->take_array<Dependency>(1);
  *d = {nullptr,
        h,
        moment,
        g.arena->take_array<HeldLock>(held_count),
        g.arena->take_array<std::uint32_t>(held_count),
        held_count,
        g.number(lock.lock),
        t,
        lock};
  std::copy(held.begin(), held.end(), d->held);
  for (std::uint32_t i = 0; i < held_count; i++) d->held_numbers[i] = g.number(held[i].lock);
  g.add(d);
}

// ---- the search ---------------------------------------------------------------------------------

class LockGraph::Search {
 public:
  Search(Impl &graph, Report report, void *context, int most)
      : graph_(graph), arena_(*graph.arena), report_(report), context_(context), most_(most) {
    collect();
    peel();
  }
  int run();

 private:
  // Node: a dependency while searching.
  struct Node {
    const Dependency *d;
    bool is_alive;
  };
  // Use: a node that wants a lock, or holds it as held[index].
  struct Use {
    std::uint32_t node, index;
  };
  // Uses: for each lock, by number, its uses: items[start[n] .. start[n + 1]). `alive` counts those
  // by living nodes.
  struct Uses {
    std::uint32_t *start, *alive;
    Use *items;
    std::span<const Use> of(std::uint32_t lock) const {
      return {items + start[lock], items + start[lock + 1]};
    }
  };
  template <class ForEachUse>
  Uses make_uses(ForEachUse for_each_use);
  const HeldLock &held(Use use) const { return nodes_[use.node].d->held[use.index]; }
  bool is_done() const { return found_ >= most_ || links_ >= kMaxLinks; }

  void collect();
  void peel();
  bool may_be_in_a_cycle(const Dependency &) const;
  void extend(int depth, int length);
  void close(int length);
  bool is_new(const LockEdge *cycle, int length);

  Impl &graph_;
  support::Arena &arena_;
  Report report_;
  void *context_;
  int most_, found_ = 0;
  std::uint64_t links_ = 0;
  Node *nodes_ = nullptr;
  std::uint32_t node_count_ = 0;
  Uses wanters_, holders_;
  std::uint32_t chain_[kMaxCycle];    // nodes; each wants what the next one holds
  std::uint32_t entered_[kMaxCycle];  // index in held of the lock that the one before wants
  Cycle *seen_ = nullptr;
};

// make_uses() sorts uses by lock, by counting: for_each_use(f) calls f(lock number, use) for each,
// twice.
template <class ForEachUse>
LockGraph::Search::Uses LockGraph::Search::make_uses(ForEachUse for_each_use) {
  const std::uint32_t locks = graph_.lock_count;
  Uses uses = {arena_.take_array<std::uint32_t>(locks + 1), arena_.take_array<std::uint32_t>(locks),
               nullptr};
  std::fill_n(uses.alive, locks, 0u);
  for_each_use([&](std::uint32_t lock, Use) { uses.alive[lock]++; });
  uses.start[0] = 0;
  for (std::uint32_t lock = 0; lock < locks; lock++)
    uses.start[lock + 1] = uses.start[lock] + uses.alive[lock];
  uses.items = arena_.take_array<Use>(uses.start[locks]);
  std::fill_n(uses.alive, locks, 0u);
  for_each_use([&](std::uint32_t lock, Use use) {
    uses.items[uses.start[lock] + uses.alive[lock]++] = use;
  });
  return uses;
}

void LockGraph::Search::collect() {
  nodes_ = arena_.take_array<Node>(graph_.count);
  for (const Dependency *d = graph_.first; d != nullptr; d = d->next)
    nodes_[node_count_++] = {d, true};
  wanters_ = make_uses([&](auto use) {
    for (std::uint32_t n = 0; n < node_count_; n++) use(nodes_[n].d->lock_number, Use{n, 0});
  });
  holders_ = make_uses([&](auto use) {
    for (std::uint32_t n = 0; n < node_count_; n++) {
      for (std::uint32_t i = 0; i < nodes_[n].d->held_count; i++)
        use(nodes_[n].d->held_numbers[i], Use{n, i});
    }
  });
}

bool LockGraph::Search::may_be_in_a_cycle(const Dependency &d) const {
  const auto is_wanted = [&](std::uint32_t lock) { return wanters_.alive[lock] != 0; };
  return holders_.alive[d.lock_number] != 0 &&
         std::any_of(d.held_numbers, d.held_numbers + d.held_count, is_wanted);
}

// peel() drops, until nothing changes, what wants a lock that nobody holds or holds only locks that
// nobody wants. Each node is dropped once, each lock runs out of wanters and of holders once:
// linear in the size of the graph.
void LockGraph::Search::peel() {
  std::uint32_t *dropped = arena_.take_array<std::uint32_t>(node_count_), drops = 0;
  const auto look_at = [&](std::uint32_t n) {
    if (!nodes_[n].is_alive || may_be_in_a_cycle(*nodes_[n].d)) return;
    nodes_[n].is_alive = false;
    dropped[drops++] = n;
  };
  for (std::uint32_t n = 0; n < node_count_; n++) look_at(n);
  for (std::uint32_t i = 0; i < drops; i++) {
    const Dependency &d = *nodes_[dropped[i]].d;
    if (--wanters_.alive[d.lock_number] == 0) {
      for (Use use : holders_.of(d.lock_number)) look_at(use.node);
    }
    for (std::uint32_t k = 0; k < d.held_count; k++) {
      if (--holders_.alive[d.held_numbers[k]] != 0) continue;
      for (Use use : wanters_.of(d.held_numbers[k])) look_at(use.node);
    }
  }
}

int LockGraph::Search::run() {
  for (int length = 2; length <= kMaxCycle && !is_done(); length++) {
    for (std::uint32_t n = 0; n < node_count_ && !is_done(); n++) {
      if (!nodes_[n].is_alive) continue;
      chain_[0] = n;
      extend(1, length);
    }
  }
  graph_.gave_up = links_ >= kMaxLinks;
  return found_;
}

// extend() tries every chain of `length` that begins with chain_[0 .. depth), the lowest thread
// first.
void LockGraph::Search::extend(int depth, int length) {
  const Dependency &back = *nodes_[chain_[depth - 1]].d;
  for (Use use : holders_.of(back.lock_number)) {
    const Node &next = nodes_[use.node];
    if (is_done()) return;
    links_++;
    if (!next.is_alive || !blocks(held(use), back.lock)) continue;
    if (depth == length) {
      if (use.node != chain_[0]) continue;
      entered_[0] = use.index;
      close(length);
      continue;
    }
    if (next.d->thread < nodes_[chain_[0]].d->thread) continue;
    const auto fits = [&](std::uint32_t n) {
      return are_compatible(*nodes_[n].d, *next.d) &&
             nodes_[n].d->lock_number != next.d->lock_number;
    };
    if (!std::all_of(chain_, chain_ + depth, fits)) continue;
    chain_[depth] = use.node;
    entered_[depth] = use.index;
    extend(depth + 1, length);
  }
}

void LockGraph::Search::close(int length) {
  LockEdge cycle[kMaxCycle];
  for (int i = 0; i < length; i++) {
    const Dependency &d = *nodes_[chain_[i]].d;
    cycle[i] = {d.thread, d.held[entered_[i]], d.lock};
  }
  if (!is_new(cycle, length)) return;
  found_++;
  report_(context_, {cycle, static_cast<std::size_t>(length)});
}

bool LockGraph::Search::is_new(const LockEdge *cycle, int length) {
  Cycle key = {seen_, length, {}, {}};
  for (int i = 0; i < length; i++) {
    key.locks[i] = cycle[i].wanted.lock;
    key.threads[i] = cycle[i].thread;
  }
  std::sort(key.locks, key.locks + length);
  std::sort(key.threads, key.threads + length);
  for (const Cycle *c = seen_; c != nullptr; c = c->next) {
    if (c->length == length && std::equal(key.locks, key.locks + length, c->locks) &&
        std::equal(key.threads, key.threads + length, c->threads)) {
      return false;
    }
  }
  seen_ = arena_.take_array<Cycle>(1);
  *seen_ = key;
  return true;
}

int LockGraph::find_cycles(Report report, void *context, int most) const {
  if (!has_dependencies() || most <= 0) return 0;
  return Search(*impl_, report, context, most).run();
}

}  // namespace interleave::detect
