// Random programs that real threads can run as well: locks that are given back, waits under their mutex, threads that are joined.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "graph_random_program.h"

namespace interleave::explore::graph {

class StructuredGenerator : public Generator {
 public:
  using Generator::Generator;

  // At most some `events` operations in two to four threads; which kinds there are is different in each program.
  RandomProgram program(int events) {
    program_.assign(static_cast<std::size_t>(2 + below(5) / 4), {});
    left_ = events;
    locations_ = 1 + below(2);
    next_location_ = static_cast<std::uint64_t>(locations_) + 1;
    mostly_ = below(4);
    features_.clear();
    for (int i = below(3); i >= 0; i--) features_.push_back(static_cast<Feature>(below(kFeatures)));
    // A native wait may also wake spuriously, once a thread; the model's waits here do not.
    std::replace(features_.begin(), features_.end(), waits, locks);
    const std::size_t roots = program_.size();
    while (left_ > 0) statement(static_cast<std::size_t>(below(static_cast<int>(roots))), false);
    return std::move(program_);
  }

 private:
  enum Feature { plain, locks, tries, waits, shared_locks, once, pointers, children, branches, kFeatures };

  bool has(Feature f) const { return std::find(features_.begin(), features_.end(), f) != features_.end(); }
  std::uint64_t location_of(std::uint64_t *location) {
    if (*location == 0) *location = next_location_++;
    return *location;
  }
  void add(std::size_t t, Instruction i) { program_[t].push_back(std::move(i)); }

  void step(std::size_t t, const ObjectModel &model, std::uint64_t location, int s, Order order, int group, std::uint64_t operand = 0) {
    Instruction i = object(model, static_cast<int>(location), static_cast<std::uint8_t>(s), order, operand);
    i.group = group;
    i.is_silent = true;
    add(t, i);
    left_--;
  }
  void mutex(std::size_t t, std::uint64_t m, MutexStep s, int group) {
    step(t, kMutex, m, static_cast<int>(s), s == MutexStep::unlock ? rel : acq, group);
  }

  // The last instruction guards what comes after it, up to the end of body().
  template <typename F>
  void guarded(std::size_t t, std::uint64_t guard, F body) {
    const std::size_t at = program_[t].size() - 1;
    program_[t][at].guard = guard;
    program_[t][at].is_silent = false;
    body();
    program_[t][at].guards = static_cast<int>(program_[t].size() - 1 - at);
  }

  void block(std::size_t t, bool is_inside) {
    for (int i = below(3); i >= 0; i--) statement(t, is_inside);
  }

  void statement(std::size_t t, bool is_inside) {
    if (left_ <= 0) return;
    if (below(2) == 0) return special(t, features_[static_cast<std::size_t>(below(static_cast<int>(features_.size())))], is_inside);
    add(t, atomic());
    left_--;
  }

  void special(std::size_t t, Feature kind, bool is_inside) {
    const int group = ++groups_;
    switch (kind) {
      case plain: return plain_access(t);
      case locks:
      case tries:
      case waits: return locked(t, kind);
      case shared_locks: return shared(t);
      case once: {
        if (is_in_once_) return;
        is_in_once_ = true;
        step(t, kOnce, location_of(&once_), static_cast<int>(OnceStep::enter), acq, group);
        program_[t].back().op.failure_order = acq;         // who finds it done comes after what was done
        guarded(t, 1, [&] {
          block(t, true);
          step(t, kOnce, once_, static_cast<int>(OnceStep::leave), rel, group, below(3) != 0);
        });
        is_in_once_ = false;
        return;
      }
      case pointers: return pointer(t);
      case children: {
        if (program_.size() == 4 || is_inside) return;
        const std::size_t child = program_.size();
        program_.emplace_back();
        life(t, Kind::create, child, group);
        block(child, true);
        block(t, true);
        life(t, Kind::join, child, group);
        return;
      }
      case branches: {
        add(t, atomic());
        left_--;
        if (!has_answer(program_[t].back())) return;
        guarded(t, static_cast<std::uint64_t>(below(2)), [&] { block(t, true); });
        return;
      }
      case kFeatures: return;
    }
  }

  void life(std::size_t t, Kind kind, std::size_t child, int group) {
    Instruction i;
    i.op.kind = kind;
    i.op.operand = child;
    i.group = group;
    i.is_silent = true;
    add(t, i);
  }

  // A plain access by itself, or written before a store, or made after a load of what such a store writes.
  void plain_access(std::size_t t) {
    const int how = below(4);
    if (how >= 2) {
      add(t, flag(Kind::load, pick({acq, rlx, sc})));
      return guarded(t, 1, [&] { plain_access(t, below(2) == 0 ? Plain::read : Plain::write); });
    }
    plain_access(t, how == 1 || below(2) == 0 ? Plain::write : Plain::read);
    if (how == 1) add(t, flag(Kind::store, pick({rel, rlx, sc})));
  }
  Instruction flag(Kind kind, Order order) {
    Instruction i;
    i.op.kind = kind;
    i.op.order = order;
    i.op.bytes = 1;
    i.op.location = static_cast<std::uint64_t>(1 + below(locations_));
    i.op.operand = 1;
    left_--;
    return i;
  }
  void plain_access(std::size_t t, Plain what) {
    Instruction i;
    i.plain = what;
    i.op.location = static_cast<std::uint64_t>(1 + below(2));
    i.op.operand = static_cast<std::uint64_t>(1 + below(2));
    i.adds_register = below(4) == 0;
    if (below(6) == 0) i.only_if = below(2);
    add(t, i);
  }

  void locked(std::size_t t, Feature kind) {
    const std::size_t which = static_cast<std::size_t>(below(2));
    if (held_ >> which & 1) return wait(t, which, kind);
    const std::uint64_t m = location_of(&mutexes_[which]);
    const int group = ++groups_;
    const bool tries_it = kind == tries;
    mutex(t, m, tries_it ? MutexStep::try_lock : MutexStep::lock, group);
    held_ |= 1u << which;
    const auto body = [&] {
      block(t, true);
      if (kind == waits) wait(t, which, kind);
      mutex(t, m, MutexStep::unlock, group);
    };
    if (tries_it) guarded(t, 0, body);
    else body();
    held_ &= ~(1u << which);
  }

  // With a mutex held: waits, or notifies.
  void wait(std::size_t t, std::size_t which, Feature kind) {
    if (kind != waits || which != 0) return;        // one mutex for all who wait
    const std::uint64_t c = location_of(&condition_), m = mutexes_[which];
    const int group = ++groups_;
    if (below(2) == 0)
      return step(t, kCondition, c, static_cast<int>(below(2) == 0 ? ConditionStep::notify_one : ConditionStep::notify_all), rlx, 0);
    const auto waits_now = [&] {
      step(t, kCondition, c, static_cast<int>(ConditionStep::wait), rlx, group);
      mutex(t, m, MutexStep::unlock, group);
      step(t, kCondition, c, static_cast<int>(ConditionStep::wake), rlx, group);
      mutex(t, m, MutexStep::lock, group);
    };
    if (below(3) == 0) return waits_now();
    Instruction load = Instruction();        // if (x == 0) wait
    load.op.kind = Kind::load;
    load.op.order = pick({rlx, acq, sc});
    load.op.bytes = 1;
    load.op.location = 1;
    add(t, load);
    guarded(t, 0, waits_now);
  }

  void shared(std::size_t t) {
    if (holds_shared_) return;
    holds_shared_ = true;
    const std::uint64_t l = location_of(&rwlock_);
    const int group = ++groups_, s = below(has(tries) ? 4 : 2);
    static constexpr RwlockStep steps[] = {RwlockStep::lock, RwlockStep::lock_shared, RwlockStep::try_lock, RwlockStep::try_lock_shared};
    step(t, kRwlock, l, static_cast<int>(steps[s]), acq, group);
    const auto body = [&] {
      block(t, true);
      step(t, kRwlock, l, static_cast<int>(RwlockStep::unlock), rel, group);
    };
    if (s >= 2) guarded(t, 0, body);
    else body();
    holds_shared_ = false;
  }

  void pointer(std::size_t t) {
    Instruction i;
    i.is_pointer = true;
    i.op.location = location_of(&pointer_);
    i.op.bytes = 8;
    switch (below(4)) {
      case 0:
        i.op.kind = Kind::load;
        i.op.order = pick({rlx, acq, sc});
        break;
      case 1:
        i.op.kind = Kind::rmw;
        i.op.function = Function::exchange;
        i.op.order = pick({rlx, acq, rel, ar, sc});
        i.op.operand = below(2) == 0 ? 0 : ++nodes_;
        i.frees = below(2) == 0;
        break;
      default:
        i.op.kind = Kind::store;
        i.op.order = pick({rlx, rel, sc});
        i.op.operand = ++nodes_;
    }
    add(t, i);
    left_--;
  }

  RandomProgram program_;
  int left_ = 0, groups_ = 0;
  std::vector<Feature> features_;       // those of this program
  unsigned held_ = 0;
  bool is_in_once_ = false, holds_shared_ = false;
  std::uint64_t next_location_ = 1, mutexes_[2] = {}, condition_ = 0, rwlock_ = 0, once_ = 0, pointer_ = 0, nodes_ = 0;
};

}  // namespace interleave::explore::graph
