// Random programs of the graph engine's tests under the operational memory model, as bounded and sampling strategies run them.
// SPDX-License-Identifier: Apache-2.0
//
// Atomic operations are the runtime's own (runtime/atomics.cc). A step of an object is a read-modify-write of a cell of eight bytes that
// finds the newest state, as the scheduler's objects do; an await is a load of the newest value. What happens must be among what
// brute force knows. No plain accesses, and no threads that create threads: native/ has those.
#pragma once

#include "atomics_alone.h"
#include "explore/strategy.h"
#include "graph_random_program.h"

namespace interleave::explore::graph {

class Sampler {
 public:
  Sampler(const RandomProgram &program, Model model)
      : program_(program), locations_(locations_of(program)) {
    runtime::execution.memory_model = model == Model::sc ? campaign::MemoryModel::sc : campaign::MemoryModel::cxx;
  }

  struct End {
    std::string outcome;           // as oracle::outcome_of()
    bool is_stuck = false;
  };

  End execute(explore::Strategy &strategy) {
    runtime::alone::begin(static_cast<ThreadId>(program_.size() + 1));
    choices_.clear();
    strategy.begin_execution();
    runtime::alone::answer = [&](model::ChoiceKind kind, const std::uint32_t *values, std::uint32_t count) {
      return finds_newest_ ? values[0] : choose(strategy, kind, values, count);
    };
    std::fill(std::begin(cells_), std::end(cells_), Cell{});
    registers_.assign(program_.size(), {});
    at_.assign(program_.size(), 0);
    bool is_stuck;
    for (std::size_t t; (t = next(strategy, &is_stuck)) < program_.size();) {
      runtime::alone::run(static_cast<ThreadId>(t + 1));
      perform(strategy, t, program_[t][at_[t]++]);
    }
    strategy.end_execution({choices_, campaign::Ending::passed});
    runtime::controlled = false;
    return {outcome(), is_stuck};
  }

 private:
  struct alignas(16) Cell {
    std::uint64_t value;                       // of an object, or in its first byte of an atomic variable
  };

  std::uint32_t choose(explore::Strategy &strategy, model::ChoiceKind kind, const std::uint32_t *values, std::uint32_t count) {
    const auto step = static_cast<model::Step>(choices_.size());
    const std::uint32_t taken = strategy.choose({kind, step, runtime::execution.current->id, 0, false, count, values, nullptr});
    choices_.push_back({kind, false, static_cast<std::uint16_t>(count), static_cast<std::uint16_t>(taken), 0, values[taken], 0});
    return values[taken];
  }

  // A thread that can go on; none: *is_stuck tells whether one would like to.
  std::size_t next(explore::Strategy &strategy, bool *is_stuck) {
    std::vector<std::uint32_t> able;
    *is_stuck = false;
    for (std::size_t t = 0; t < program_.size(); t++) {
      const Code &code = program_[t];
      while (at_[t] < code.size() && is_left_out(code[at_[t]], registers_[t].value)) at_[t]++;
      if (at_[t] == code.size()) continue;
      *is_stuck = true;
      const Operation &op = code[at_[t]].op;
      const bool waits = touches_location(op.kind) && evaluate(op, thread(t), cells_[op.location].value, 0).blocked;
      if (!waits) able.push_back(static_cast<std::uint32_t>(t));
    }
    if (able.empty()) return program_.size();
    if (able.size() == 1) return able[0];
    return choose(strategy, model::ChoiceKind::thread, able.data(), static_cast<std::uint32_t>(able.size()));
  }

  static ThreadId thread(std::size_t t) { return static_cast<ThreadId>(t + 1); }

  void perform(explore::Strategy &strategy, std::size_t t, const Instruction &i) {
    namespace atomics = runtime::atomics;
    namespace native = runtime::native;
    Register &reg = registers_[t];
    const Operation &op = i.op;
    Cell &cell = cells_[op.location];
    auto *x = reinterpret_cast<std::uint8_t *>(&cell.value);
    const auto operand = static_cast<std::uint8_t>(op.operand + (i.adds_register ? reg.value : 0));
    switch (op.kind) {
      case Kind::load: return reg.set(atomics::load(x, op.order, 0));
      case Kind::store: return atomics::store(x, operand, op.order, 0);
      case Kind::rmw:
        if (op.function == Function::add) return reg.set(atomics::fetch<native::Add>(x, operand, op.order, 0));
        return reg.set(atomics::fetch<native::Exchange>(x, operand, op.order, 0));
      case Kind::cas: {
        auto expected = static_cast<std::uint8_t>(op.expected);
        atomics::compare_exchange(x, &expected, operand, op.order, op.failure_order, false, 0);
        return reg.set(expected);
      }
      case Kind::fence: return atomics::fence(op.order, 0);
      case Kind::choose: return reg.set(pick(strategy, static_cast<std::uint32_t>(op.operand)));
      case Kind::await: {
        finds_newest_ = true;
        reg.set(atomics::load(x, op.order, 0));
        finds_newest_ = false;
        return;
      }
      default: {
        const std::uint32_t choice = pick(strategy, evaluate(op, thread(t), cell.value, 0).choices);
        const Effect effect = evaluate(op, thread(t), cell.value, choice);
        std::uint64_t expected = cell.value;
        finds_newest_ = true;
        if (effect.writes) atomics::compare_exchange(&cell.value, &expected, effect.value, op.order, op.failure_order, false, 0);
        else atomics::load(&cell.value, op.failure_order, 0);
        finds_newest_ = false;
        return reg.set(effect.result);
      }
    }
  }

  std::uint32_t pick(explore::Strategy &strategy, std::uint32_t count) {
    std::uint32_t values[16];
    for (std::uint32_t v = 0; v < count; v++) values[v] = v;
    return count > 1 ? choose(strategy, model::ChoiceKind::user, values, count) : 0;
  }

  std::string outcome() const {
    std::string text;
    for (const Register &r : registers_) text += r.seen + "|";
    for (std::uint64_t l = 1; l <= locations_; l++) text += std::to_string(cells_[l].value) + ",";
    return text;
  }

  const RandomProgram &program_;
  std::uint64_t locations_;
  std::vector<model::Choice> choices_;
  std::vector<Register> registers_;
  std::vector<std::size_t> at_;
  bool finds_newest_ = false;
  static inline Cell cells_[16];
};

}  // namespace interleave::explore::graph
