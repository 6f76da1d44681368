// Recall and Recorder on random small programs: most executions that could be recalled are run all the same, and must end as was foreseen.
// Most others are tried as partial executions first, in vain where they end in a race or a deadlock, where a thread joins another one, or where
// something turns out to be shared.
// SPDX-License-Identifier: Apache-2.0
//
// The programs have atomic variables, locks and plain variables, one byte each: all in one cell, or each in its own. Races are looked
// for here by comparing all accesses. Where one is found the execution ends, as the runtime would end it, and the search goes on, so
// that others follow of which all segments are known.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <memory_resource>
#include <random>
#include <string>
#include <vector>

#include "explore/graph/objects/mutex.h"
#include "explore/segments/recall.h"
#include "explore/segments/recorder.h"

namespace interleave::explore::segments {
namespace {

using campaign::Ending;
using graph::EventId;
using graph::Explorer;
using graph::Kind;
using graph::Model;
using graph::Operation;
using model::Order;

constexpr unsigned kAtomics = 2, kPlain = 3, kMutexes = 2;
constexpr ThreadId kMostThreads = 4;

enum class Do { load, store, add, wait, lock, unlock, read, write, init, create, join };

// init: a plain write of an atomic variable, as its constructor makes.
struct Step {
  Do what;
  Order order = Order::relaxed;
  unsigned which = 0;             // variable, mutex or thread
  unsigned value = 0;
  int only_if = -1;               // left out unless the register, what was read last, has this value
};
using Code = std::vector<Step>;

// Thread 0 is there from the beginning.
struct Program {
  std::vector<Code> threads;
  unsigned gap = 1;               // bytes from one variable to the next
};

std::string text_of(const Program &p) {
  static const char *const names[] = {"R", "W", "add", "wait", "lock", "unlock", "read", "write", "init", "create", "join"};
  std::string text = "gap " + std::to_string(p.gap) + ": ";
  for (const Code &code : p.threads) {
    for (const Step &s : code) {
      if (s.only_if >= 0) text += "if(" + std::to_string(s.only_if) + ")";
      text += names[static_cast<int>(s.what)] + std::to_string(s.which) + "=" + std::to_string(s.value) + "." +
              std::to_string(static_cast<int>(s.order)) + "; ";
    }
    text += "|| ";
  }
  return text;
}

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  Program program() {
    Program p;
    p.gap = below(2) == 0 ? 1 : 8;
    p.threads.resize(3 + below(2));
    has_locks_ = below(3) == 0;
    waits_ = below(3) == 0;
    plainly_ = below(4);
    for (ThreadId t = 1; t < p.threads.size(); t++) p.threads[t] = code(2 + below(3));
    // The last of four threads may be created by the first.
    const bool is_nested = p.threads.size() == 4 && below(2) == 0;
    Code &main = p.threads[0];
    for (ThreadId t = 1; t < p.threads.size() - is_nested; t++) {
      if (below(3) == 0) main.push_back(below(4) == 0 ? init() : plain());
      main.push_back({Do::create, Order::relaxed, t});
    }
    if (below(3) == 0) main.push_back(plain());
    for (ThreadId t = 1; t < p.threads.size() - is_nested; t++) main.push_back({Do::join, Order::relaxed, t});
    if (below(3) == 0) main.push_back(plain());
    if (!is_nested) return p;
    Code &first = p.threads[1];
    first.insert(first.begin() + below(static_cast<unsigned>(first.size()) + 1), {Do::create, Order::relaxed, 3});
    if (below(2) == 0) {                     // it hands over what it has read
      Step gift = below(2) == 0 ? init() : plain();
      if (gift.what == Do::read) gift.what = Do::write;
      gift.only_if = 1;
      Step taking = gift;
      taking.what = gift.what == Do::init ? Do::load : Do::read;
      taking.only_if = -1;
      Step use = atomic();
      use.only_if = 1;
      first.insert(first.begin(), {atomic(), gift});
      p.threads[3].insert(p.threads[3].begin(), {taking, use});
    }
    if (below(2) == 0) first.push_back({Do::join, Order::relaxed, 3});
    return p;
  }

 private:
  unsigned below(unsigned n) { return static_cast<unsigned>(random_() % n); }
  Step plain() { return {below(2) == 0 ? Do::read : Do::write, Order::relaxed, below(kPlain), 1 + below(2)}; }
  Step init() { return {Do::init, Order::relaxed, below(kAtomics), 1}; }
  // Flags have few values, so that different executions look alike to those who read them.
  Step atomic() {
    const unsigned x = below(kAtomics);
    switch (below(5)) {
      case 0: return {Do::add, below(2) == 0 ? Order::acq_rel : Order::relaxed, x, below(2)};
      case 1:
      case 2: return {Do::store, below(3) == 0 ? Order::relaxed : Order::release, x, 1};
      default: return {Do::load, below(3) == 0 ? Order::relaxed : Order::acquire, x};
    }
  }
  Code code(unsigned steps) {
    Code code;
    const unsigned locks = has_locks_ ? below(3) : 0, outer = below(2);
    if (locks > 0) code.push_back({Do::lock, Order::acquire, outer});
    if (locks > 1) code.push_back({Do::lock, Order::acquire, 1 - outer});
    for (unsigned i = 0; i < steps; i++) {
      if (below(4) == 0) {                   // what flags are for
        const Step access = plain();
        const unsigned flag = below(kAtomics);
        if (access.what == Do::write) {
          code.push_back(access);
          code.push_back({Do::store, Order::release, flag, 1});
          if (below(2) == 0) code.push_back({Do::store, Order::relaxed, flag, 1});
        } else {
          const Do look = waits_ && below(2) == 0 ? Do::wait : Do::load;
          code.push_back({look, below(4) == 0 ? Order::relaxed : Order::acquire, flag, below(3) != 0});
          code.push_back(access);
          code.back().only_if = 1;
        }
        continue;
      }
      Step step = below(6) < plainly_ ? plain() : atomic();
      if (!code.empty() && below(2) == 0) step.only_if = static_cast<int>(below(2));
      code.push_back(step);
    }
    if (locks > 1) code.push_back({Do::unlock, Order::release, 1 - outer});
    if (locks > 0) code.push_back({Do::unlock, Order::release, outer});
    return code;
  }

  std::mt19937 random_;
  bool has_locks_ = false, waits_ = false;
  unsigned plainly_ = 0;          // how many of the steps are of plain memory
};

struct Tally {
  std::uint64_t executions = 0, foreseen = 0, blocked = 0, races = 0, deadlocks = 0;
  std::uint64_t partial = 0, staying = 0, in_vain = 0;      // staying: of the partial ones, in a process where there was one before
};

class Search : private Native {
 public:
  enum class Runs { all, many, few };
  Search(const Program &program, Model model, Runs runs)
      : program_(program), explorer_(model, memory_), recorder_(memory_), recall_(recorder_, memory_), runs_(runs) {}

  // Returns what is wrong, or nothing.
  std::string run(Tally *tally) {
    while (explorer_.begin()) {
      Ending foreseen = Ending::none;
      bool is_in_vain = false;
      if (runs_ != Runs::all && recorder_.may_recall() && (runs_ == Runs::few || random_() % 4 != 0)) {
        foreseen = recall_.ending_of(explorer_);
        if (foreseen == Ending::none && (runs_ == Runs::few || random_() % 8 != 0)) {
          explorer_.rewind();
          foreseen = run_partially(tally);
          is_in_vain = foreseen == Ending::none && !has_joined_;
        }
        if (foreseen != Ending::none && random_() % 8 < (runs_ == Runs::few ? 7 : 2)) {
          explorer_.end();
          continue;
        }
        explorer_.rewind();
      }
      const Ending ending = execute();
      tally->in_vain += is_in_vain && ending != Ending::finding;
      recorder_.end(ending);
      tally->executions++;
      tally->foreseen += foreseen != Ending::none;
      tally->blocked += foreseen == Ending::blocked;
      tally->races += has_race_;
      tally->deadlocks += ending == Ending::finding && !has_race_;
      if (foreseen != Ending::none && foreseen != ending) return has_race_ ? "a race was not foreseen" : "ends otherwise than foreseen";
      if (recorder_.is_distrusted()) return "the program does otherwise than recorded";
      if (!recorder_.is_recordable()) return "nothing is recorded any more";
      if (ending == Ending::diverged) return "diverges";
    }
    return "";
  }
  const graph::Counts &counts() const { return explorer_.counts(); }

 private:
  struct Touch {
    ThreadId thread;
    std::uint32_t next;           // made before this event of its thread
    unsigned which;
    bool writes, is_atomic;
  };

  std::uint64_t address_of_atomic(unsigned i) const { return reinterpret_cast<std::uint64_t>(&storage_[i * program_.gap]); }
  std::uint8_t &plain(unsigned i) { return storage_[(kAtomics + i) * program_.gap]; }

  void begin_whole() {
    stays_ = false;
    std::memset(storage_, 0, sizeof storage_);
    std::fill(std::begin(at_), std::end(at_), 0);
    std::fill(std::begin(register_), std::end(register_), 0);
    touches_.clear();
    has_race_ = false;
    pending_.assign(program_.threads.size(), Operation{});
    recorder_.begin([](std::uint64_t) { return model::kNoThread; });
  }

  // ---- partial executions ----------------------------------------------------------------------------------------------

  // Threads stay as an earlier partial execution left them, or all begins anew.
  Ending run_partially(Tally *tally) {
    const bool stays = stays_ && random_() % 4 != 0;
    if (!stays) {
      begin_whole();
      if (!recorder_.may_recall()) return recorder_.leave(), Ending::none;
      std::fill(std::begin(done_), std::end(done_), 0);
      std::fill(std::begin(has_begun_), std::end(has_begun_), false);
      has_ended_ = has_given_up_ = has_joined_ = has_prepared_ = has_main_run_ = false;
    }
    is_partial_ = true;
    const Ending ending = recall_.ending_of(explorer_, this);
    is_partial_ = false;
    stays_ = ending != Ending::none && !has_ended_;
    tally->partial += ending != Ending::none;
    tally->staying += ending != Ending::none && stays;
    return ending;
  }

  // As runtime/by_graph/partial.cc has it: first all threads are created, and afterwards those that stand elsewhere than in the graph begin again.
  bool begin() override {
    const graph::Graph &g = explorer_.graph();
    for (ThreadId t = 1; t < g.thread_count() && !has_prepared_; t++) {
      const EventId creation = g.previous(EventId::of(t, 0));
      if (creation == graph::kNone) continue;
      if (done_[creation.thread()] <= creation.index() && !go_to(creation.thread(), creation.index() + 1, false)) return !has_given_up_;
    }
    has_prepared_ = true;
    return true;
  }
  bool end() override { return true; }
  bool expects_untold() const override { return false; }

  bool run(ThreadId t, std::uint32_t next, bool to_end) override {
    has_main_run_ |= t == 0;
    if (!stands_in_graph(t) && !begin_again(t)) return false;
    return go_to(t, next, to_end);
  }

  std::uint64_t tail_before(ThreadId t, std::uint32_t n) const {
    const graph::Graph &g = explorer_.graph();
    return n != 0 ? g.at(EventId::of(t, n - 1)).tail : g.notes.birth(t);
  }
  bool is_as_born(ThreadId t) const {
    const EventId creation = explorer_.graph().previous(EventId::of(t, 0));
    return creation != graph::kNone && (!has_begun_[t] || tail_before(creation.thread(), creation.index()) == creator_[t]);
  }
  bool stands_in_graph(ThreadId t) const {
    if (t != 0 && !is_as_born(t)) return false;
    if (!has_begun_[t]) return true;
    return done_[t] <= explorer_.graph().size(t) && tail_before(t, done_[t]) == recorder_.before(t);
  }
  bool begin_again(ThreadId t) {
    if (t == 0 || has_main_run_ || !is_as_born(t) || !recorder_.may_begin_again(t)) return false;
    recorder_.begin_again(t);
    at_[t] = register_[t] = done_[t] = 0;
    has_begun_[t] = false;
    pending_[t] = {};
    lives_++;
    return true;
  }

  bool go_to(ThreadId t, std::uint32_t next, bool to_end) {
    const graph::Graph &g = explorer_.graph();
    if (has_given_up_ || has_ended_ || done_[t] > next) return false;
    if (t != 0 && !has_begun_[t]) {
      const EventId creation = g.previous(EventId::of(t, 0));
      if (done_[creation.thread()] <= creation.index() && !go_to(creation.thread(), creation.index() + 1, false)) return false;
    }
    if (done_[t] == next && has_begun_[t] && !to_end) return false;
    if (!has_begun_[t]) {
      has_begun_[t] = true;
      if (t != 0) recorder_.begin_segment(t);
      go_on(t);
    }
    while (!has_given_up_ && done_[t] < next) replay(t);
    if (!has_given_up_ && to_end) {
      recorder_.begin_segment(t);
      recorder_.finish(t);
      has_ended_ = true;
    }
    has_given_up_ |= recorder_.must_give_up();
    return !has_given_up_ && recorder_.keep();
  }
  std::uint32_t position_of(ThreadId t) const override { return done_[t]; }

  void replay(ThreadId t) {
    const graph::Event &event = explorer_.graph().at(EventId::of(t, done_[t]));
    const Operation op = pending_[t];
    has_joined_ = op.kind == Kind::join;
    has_given_up_ |= !is_same(event.op, op) || has_joined_ || recorder_.must_give_up();
    if (has_given_up_) return;
    if (op.kind == Kind::create) creator_[op.operand] = recorder_.before(t);
    const graph::Answer answer = explorer_.answer_of(t, done_[t]);
    done_[t] += event.is_read && event.is_rmw ? 2 : 1;
    recorder_.happened(t, op, answer);
    const Step &step = program_.threads[t][at_[t]++];
    if (step.what == Do::load || step.what == Do::add || step.what == Do::wait) register_[t] = answer.value;
    go_on(t);
  }

  // ---- whole ones ------------------------------------------------------------------------------------------------------

  Ending execute() {
    begin_whole();
    go_on(0);
    while (!has_race_) {
      const ThreadId t = explorer_.next(pending_);
      if (t == graph::kNobody) break;
      const Operation op = pending_[t];
      if (at_[t] < program_.threads[t].size()) touch_atomic(t, program_.threads[t][at_[t]]);
      if (has_race_) break;
      const graph::Answer answer = explorer_.perform(t, op);
      if (explorer_.ending() == graph::Ending::nondeterminism) break;
      recorder_.happened(t, op, answer);
      if (op.kind == Kind::finish) {
        pending_[t] = {};
        continue;
      }
      const Step &step = program_.threads[t][at_[t]++];
      if (step.what == Do::load || step.what == Do::add || step.what == Do::wait) register_[t] = answer.value;
      go_on(t);
      if (op.kind != Kind::create || has_race_) continue;
      recorder_.begin_segment(static_cast<ThreadId>(op.operand));
      go_on(static_cast<ThreadId>(op.operand));
    }
    if (!has_race_ && pending_[0].kind == Kind::none) recorder_.begin_segment(0);
    return has_race_ ? (explorer_.end(), Ending::finding) : of(explorer_.end());
  }

  static Ending of(graph::Ending ending) {
    switch (ending) {
      case graph::Ending::complete: return Ending::passed;
      case graph::Ending::deadlock: return Ending::finding;
      case graph::Ending::blocked: return Ending::blocked;
      default: return Ending::diverged;
    }
  }

  // t goes on to its next operation, and tells it.
  void go_on(ThreadId t) {
    const Code &code = program_.threads[t];
    for (; at_[t] < code.size(); at_[t]++) {
      const Step &step = code[at_[t]];
      if (step.only_if >= 0 && register_[t] != static_cast<std::uint64_t>(step.only_if)) continue;
      if (step.what != Do::read && step.what != Do::write && step.what != Do::init) {
        pending_[t] = operation_of(step);
        return recorder_.announce(t, pending_[t], 0, {});
      }
      touch(t, step);
      if (has_race_) return;
    }
    pending_[t] = {};
    if (t == 0) return recorder_.announce_exit(t, {});
    pending_[t].kind = Kind::finish;
    recorder_.announce(t, pending_[t], register_[t], {});      // the thread's result
  }

  // Variables: the plain ones, then the atomic ones.
  void touch(ThreadId t, const Step &step) {
    const bool writes = step.what != Do::read;
    const unsigned which = step.what == Do::init ? kPlain + step.which : step.which;
    if (!is_partial_ && !note({t, explorer_.performed(t), which, writes, false})) return;
    std::uint8_t &variable = step.what == Do::init ? *reinterpret_cast<std::uint8_t *>(address_of_atomic(step.which)) : plain(step.which);
    recorder_.access(t, writes ? Access::write : Access::read, reinterpret_cast<std::uint64_t>(&variable), 1);
    if (writes) variable = static_cast<std::uint8_t>(step.value);
    else register_[t] = variable;
  }
  void touch_atomic(ThreadId t, const Step &step) {
    if (step.what <= Do::wait) note({t, explorer_.performed(t), kPlain + step.which, true, true});
  }
  bool note(const Touch &touch) {
    for (const Touch &other : touches_) {
      const bool conflict = (touch.writes || other.writes) && !(touch.is_atomic && other.is_atomic);
      if (other.thread != touch.thread && other.which == touch.which && conflict && !is_before(other, touch.thread, touch.next))
        has_race_ = true;
    }
    touches_.push_back(touch);
    return !has_race_;
  }

  bool is_before(const Touch &touch, ThreadId t, std::uint32_t next) const {
    const graph::Graph &g = explorer_.graph();
    return g.happens_before_clock(g.previous(EventId::of(t, next)))[touch.thread] > touch.next;
  }

  Operation operation_of(const Step &step) const {
    Operation op;
    op.order = op.failure_order = step.order;
    op.operand = step.value;
    op.bytes = 1;
    switch (step.what) {
      case Do::load: op.kind = Kind::load; break;
      case Do::store: op.kind = Kind::store; break;
      case Do::wait:
        op.kind = Kind::await;
        op.predicate = graph::Predicate::equal;
        break;
      case Do::add:
        op.kind = Kind::rmw;
        op.function = graph::Function::add;
        break;
      case Do::lock:
      case Do::unlock:
        op.kind = Kind::object;
        op.object = &graph::kMutex;
        op.step = static_cast<std::uint8_t>(step.what == Do::lock ? graph::MutexStep::lock : graph::MutexStep::unlock);
        op.location = reinterpret_cast<std::uint64_t>(&mutexes_[step.which]);
        op.failure_order = Order::relaxed;
        op.bytes = 8;
        return op;
      default:
        op = {};
        op.kind = step.what == Do::create ? Kind::create : Kind::join;
        op.operand = step.which;
        return op;
    }
    op.location = address_of_atomic(step.which);
    op.initial = *reinterpret_cast<const std::uint8_t *>(op.location);
    return op;
  }

  alignas(8) std::uint8_t storage_[(kAtomics + kPlain) * 8] = {};
  std::uint64_t mutexes_[kMutexes] = {};
  const Program &program_;
  std::pmr::unsynchronized_pool_resource memory_;
  Explorer explorer_;
  Recorder recorder_;
  Recall recall_;
  Runs runs_;
  std::mt19937 random_{1};
  std::vector<Operation> pending_;
  std::size_t at_[kMostThreads];
  std::uint64_t register_[kMostThreads];
  std::vector<Touch> touches_;
  bool has_race_ = false;
  bool is_partial_ = false, has_ended_ = false, has_given_up_ = false, has_joined_ = false;
  bool stays_ = false, has_prepared_ = false, has_main_run_ = false;
  bool has_begun_[kMostThreads];
  std::uint64_t creator_[kMostThreads] = {};     // history before the creation
  std::uint64_t lives_ = 0;
  std::uint32_t done_[kMostThreads];       // events that have happened to a thread of a partial execution
};

void compare(Model model, Search::Runs runs) {
  Tally tally, ignored;
  int wrong = 0;
  const bool runs_few = runs == Search::Runs::few;
  for (unsigned seed = 1; seed <= (runs_few ? 20000 : 10000) && wrong < 3; seed++) {
    const Program program = Generator(seed).program();
    Search with(program, model, runs), without(program, model, Search::Runs::all);
    std::string what = with.run(&tally);
    without.run(&ignored);
    const graph::Counts &a = with.counts(), &b = without.counts();
    if (what.empty() && (a.complete != b.complete || a.deadlocks != b.deadlocks || a.unfinished != b.unfinished))
      what = std::to_string(a.complete) + " executions, " + std::to_string(b.complete) + " without recall";
    if (what.empty()) continue;
    wrong++;
    ADD_FAILURE() << "seed " << seed << ": " << what << "\n  " << text_of(program);
  }
  EXPECT_GT(tally.foreseen, tally.executions / (runs_few ? 5 : 3));
  EXPECT_GT(tally.races, tally.executions / 50);
  EXPECT_GT(tally.deadlocks, 0u);
  EXPECT_GT(tally.blocked, 0u);
  EXPECT_GT(tally.staying, runs_few ? 300u : 0u);
  EXPECT_GT(tally.partial, tally.in_vain * (runs_few ? 10 : 30));      // what threads find that is not there makes it in vain, too
  const auto n = [](std::uint64_t v) { return static_cast<unsigned long long>(v); };
  std::printf("%llu executions, %llu foreseen (%llu blocked), %llu races, %llu deadlocks, %llu partial (%llu staying, %llu in vain)\n", n(tally.executions),
              n(tally.foreseen), n(tally.blocked), n(tally.races), n(tally.deadlocks), n(tally.partial), n(tally.staying), n(tally.in_vain));
}

using Runs = Search::Runs;
TEST(Recall, UnderSc_ForeseesHowExecutionsEnd) { compare(Model::sc, Runs::many); }
TEST(Recall, UnderRc11_ForeseesHowExecutionsEnd) { compare(Model::rc11, Runs::many); }
TEST(Recall, UnderSc_ThreadsBeginAgain) { compare(Model::sc, Runs::few); }
TEST(Recall, UnderRc11_ThreadsBeginAgain) { compare(Model::rc11, Runs::few); }

}  // namespace
}  // namespace interleave::explore::segments
