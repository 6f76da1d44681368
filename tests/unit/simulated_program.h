// A tiny world of threads for testing strategies: lists of instructions, run by a copyable machine.
// SPDX-License-Identifier: Apache-2.0
//
// The machine asks for choices as the runtime does (SEMANTICS: default first, one alternative is no
// choice) and knows no strategy. Being a value, it makes the naive truth a short recursion: at each
// choice, copy it and take every alternative.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <vector>

#include "explore/strategy.h"
#include "model/choice.h"
#include "model/schedule.h"

namespace interleave::simulated {

enum class Do : std::uint8_t {
  step,     // nothing that others see
  lock,     // mutex `object`
  unlock,
  load,     // register = variable `object`
  store,    // variable `object` = register + 1
  set,      // flag `object` becomes true
  await,    // blocks until flag `object` is true
  yield,    // the others first
  wait,     // blocks until notified through condition `object`
  notify,   // wakes one that waits at condition `object`: a choice of kind waiter
  choose,   // register += one of `object` alternatives: a choice of kind user
  read,     // register += one of `object` alternatives: a choice of kind store
  weak,     // register += 1 unless it fails, once an execution: a choice of kind weak_fail
  check,    // fails if variable 0 is `object`
  check_register,   // fails if the register is `object`
};

struct Instruction {
  Do what;
  std::uint32_t object = 0;
};
using Program = std::vector<std::vector<Instruction>>;

enum class Result : std::uint8_t { passed, deadlock, failed };

class Machine {
 public:
  static constexpr int kObjects = 5;

  explicit Machine(const Program &program) : program_(&program), threads_(program.size()) {}

  // Runs up to the next choice; nothing once the execution has ended. `point` is valid until then.
  bool next(model::ChoicePoint *point) {
    while (true) {
      if (ask_within_operation(point)) return true;
      if (running_ != model::kNoThread) {
        execute();
        continue;
      }
      if (has_failed_ || !find_enabled()) return false;
      if (values_.size() == 1) {
        resume(values_[0]);
        continue;
      }
      fill(model::ChoiceKind::thread, point);
      return true;
    }
  }

  void take(std::uint32_t index) {
    const std::uint32_t value = values_[index];
    choices_.push_back({kind_, kind_ == model::ChoiceKind::thread && preempts_,
                        static_cast<std::uint16_t>(values_.size()),
                        static_cast<std::uint16_t>(index), static_cast<std::uint16_t>(current_),
                        value, threads_[current_].operations});
    if (kind_ == model::ChoiceKind::thread) resume(value);
    else answer_ = value;
  }

  Result result() const {
    if (has_failed_) return Result::failed;
    for (std::size_t t = 0; t < threads_.size(); t++) {
      if (threads_[t].done < (*program_)[t].size()) return Result::deadlock;
    }
    return Result::passed;
  }
  const std::vector<model::Choice> &choices() const { return choices_; }
  std::uint32_t preemptions() const { return model::preemptions(choices_); }

 private:
  struct Thread {
    std::uint32_t done = 0;   // instructions
    std::uint32_t operations = 0;   // visible ones; a wait is two, as its beginning and its end are
    std::uint32_t value = 0;  // the register
    bool waits = false, was_notified = false;
  };

  const Instruction &pending(model::ThreadId t) const {
    return (*program_)[t][threads_[t].done];
  }

  bool is_enabled(model::ThreadId t) const {
    if (threads_[t].done == (*program_)[t].size()) return false;
    const Instruction &i = pending(t);
    if (i.what == Do::lock) return owner_[i.object] == model::kNoThread;
    if (i.what == Do::await) return flag_[i.object];
    // A wait begins at once and then goes on when notified.
    if (i.what == Do::wait) return !threads_[t].waits || threads_[t].was_notified;
    return true;
  }

  // Fills values_, the default first; false: nobody can run.
  bool find_enabled() {
    values_.clear();
    for (model::ThreadId t = 0; t < threads_.size(); t++) {
      if (is_enabled(t)) values_.push_back(t);
    }
    if (has_yielded_ && values_.size() > 1) std::erase(values_, current_);
    has_yielded_ = false;
    preempts_ = false;
    for (std::size_t i = 0; i < values_.size(); i++) {
      if (values_[i] != current_) continue;
      values_.erase(values_.begin() + static_cast<std::ptrdiff_t>(i));
      values_.insert(values_.begin(), current_);
      preempts_ = true;
    }
    return !values_.empty();
  }

  void resume(model::ThreadId t) { running_ = current_ = t; }

  void fill(model::ChoiceKind kind, model::ChoicePoint *point) {
    kind_ = kind;
    *point = {kind,
              static_cast<model::Step>(choices_.size()),
              current_,
              threads_[current_].operations,
              kind == model::ChoiceKind::thread && preempts_,
              static_cast<std::uint32_t>(values_.size()),
              values_.data(),
              nullptr};
  }

  bool ask_within_operation(model::ChoicePoint *point) {
    if (running_ == model::kNoThread || answer_) return false;
    const Instruction &i = pending(running_);
    values_.clear();
    if (i.what == Do::notify) {
      for (model::ThreadId t = 0; t < threads_.size(); t++) {
        if (threads_[t].waits && !threads_[t].was_notified && pending(t).object == i.object) {
          values_.push_back(t);
        }
      }
    } else if (i.what == Do::choose || i.what == Do::read) {
      for (std::uint32_t n = 0; n < i.object; n++) values_.push_back(n);
    } else if (i.what == Do::weak && !weak_has_failed_) {
      values_ = {0, 1};
    }
    if (values_.empty()) return false;
    if (values_.size() == 1) {
      answer_ = values_[0];
      return false;
    }
    fill(i.what == Do::notify   ? model::ChoiceKind::waiter
         : i.what == Do::choose ? model::ChoiceKind::user
         : i.what == Do::read   ? model::ChoiceKind::store
                                : model::ChoiceKind::weak_fail,
         point);
    return true;
  }

  void execute() {
    Thread &self = threads_[running_];
    const Instruction &i = pending(running_);
    const bool begins_waiting = i.what == Do::wait && !self.waits;
    switch (i.what) {
      case Do::step: break;
      case Do::lock: owner_[i.object] = running_; break;
      case Do::unlock: owner_[i.object] = model::kNoThread; break;
      case Do::load: self.value = variable_[i.object]; break;
      case Do::store: variable_[i.object] = self.value + 1; break;
      case Do::set: flag_[i.object] = true; break;
      case Do::await: break;
      case Do::yield: has_yielded_ = true; break;
      case Do::wait: self.waits = begins_waiting; self.was_notified = false; break;
      case Do::notify: if (answer_) threads_[*answer_].was_notified = true; break;
      case Do::choose:
      case Do::read: self.value += *answer_; break;
      case Do::weak:
        if (answer_.value_or(0) == 0) self.value++;
        else weak_has_failed_ = true;
        break;
      case Do::check: has_failed_ = variable_[0] == i.object; break;
      case Do::check_register: has_failed_ = self.value == i.object; break;
    }
    self.operations++;
    if (!begins_waiting) self.done++;
    answer_.reset();
    running_ = model::kNoThread;
  }

  const Program *program_;
  std::vector<Thread> threads_;
  model::ThreadId owner_[kObjects] = {model::kNoThread, model::kNoThread, model::kNoThread,
                                      model::kNoThread, model::kNoThread};
  std::uint32_t variable_[kObjects] = {};
  bool flag_[kObjects] = {};
  bool has_yielded_ = false, weak_has_failed_ = false, has_failed_ = false;
  model::ThreadId current_ = 0;
  model::ThreadId running_ = model::kNoThread;   // in the middle of an operation
  std::optional<std::uint32_t> answer_;          // of the choice within it
  std::vector<model::Choice> choices_;

  std::vector<std::uint32_t> values_;            // of the choice asked last
  model::ChoiceKind kind_ = model::ChoiceKind::thread;
  bool preempts_ = false;
};

struct Execution {
  std::vector<model::Choice> choices;
  Result result = Result::passed;
  bool diverged = false;
  bool more = false;   // what end_execution() said
};

inline Execution run(const Program &program, explore::Strategy &strategy) {
  Machine machine(program);
  Execution out;
  model::ChoicePoint point;
  strategy.begin_execution();
  while (!out.diverged && machine.next(&point)) {
    const std::uint32_t index = strategy.choose(point);
    out.diverged = index == explore::Strategy::kCannotFollow;
    if (!out.diverged) machine.take(index);
  }
  out.choices = machine.choices();
  out.result = machine.result();
  out.more = strategy.end_execution(
      {out.choices, out.diverged                   ? campaign::Ending::diverged
                    : out.result == Result::passed ? campaign::Ending::passed
                                                   : campaign::Ending::finding});
  return out;
}

// Every complete execution with at most `bound` preemptions, by recursion.
template <class Visit>
void for_each_execution(const Machine &machine, std::uint32_t bound, const Visit &visit) {
  Machine here = machine;
  model::ChoicePoint point;
  if (!here.next(&point)) return visit(here);
  for (std::uint32_t i = 0; i < point.count; i++) {
    Machine child = here;
    child.take(i);
    if (child.preemptions() <= bound) for_each_execution(child, bound, visit);
  }
}

// What makes two executions of one program the same.
inline std::vector<std::uint32_t> answers(const std::vector<model::Choice> &choices) {
  std::vector<std::uint32_t> out;
  for (const model::Choice &c : choices) out.push_back(c.taken);
  return out;
}

// Up to `max_threads` threads of up to `max_length` instructions.
inline Program random_program(std::mt19937_64 &random, std::uint32_t max_threads,
                              std::uint32_t max_length) {
  const auto below = [&random](std::uint32_t n) {
    return static_cast<std::uint32_t>(random() % n);
  };
  static constexpr Do kAny[] = {
      Do::step, Do::step, Do::load, Do::load,  Do::store, Do::store,  Do::lock,  Do::unlock,
      Do::set,  Do::await, Do::yield, Do::wait, Do::notify, Do::notify, Do::choose, Do::weak,
      Do::check, Do::check_register};
  Program program(1 + below(max_threads));
  for (auto &thread : program) {
    thread.resize(1 + below(max_length));
    for (Instruction &i : thread) {
      i.what = kAny[below(std::size(kAny))];
      i.object = i.what == Do::choose || i.what == Do::read ? 2 + below(2) : below(2);
      if (i.what == Do::check || i.what == Do::check_register) i.object = 1 + below(2);
    }
  }
  return program;
}

}  // namespace interleave::simulated
