// A random program of the graph engine's tests as one for real threads.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "graph_random_program.h"
#include "native_code.h"

namespace native {

namespace graph = interleave::explore::graph;

inline std::uint8_t narrow(std::uint64_t value) { return static_cast<std::uint8_t>(value); }

// The step that began what the unlock at the end of a group gives back.
inline int first_step(const graph::Code &code, int group) {
  for (const graph::Instruction &i : code)
    if (i.group == group) return i.op.step;
  return -1;
}

inline Do object_step(const graph::Code &code, const graph::Instruction &i) {
  const graph::Operation &op = i.op;
  if (op.object == &graph::kMutex) return static_cast<Do>(static_cast<int>(Do::lock) + op.step);
  if (op.object == &graph::kOnce) return op.step == 0 ? Do::call_once : Do::leave;
  if (op.object == &graph::kCondition) {
    switch (static_cast<graph::ConditionStep>(op.step)) {
      case graph::ConditionStep::notify_one: return Do::notify_one;
      case graph::ConditionStep::notify_all: return Do::notify_all;
      default: return Do::wait;
    }
  }
  using graph::RwlockStep;
  switch (static_cast<RwlockStep>(op.step)) {
    case RwlockStep::lock: return Do::lock_shared_mutex;
    case RwlockStep::try_lock: return Do::try_lock_shared_mutex;
    case RwlockStep::lock_shared: return Do::lock_shared;
    case RwlockStep::try_lock_shared: return Do::try_lock_shared;
    default: break;
  }
  const auto began = static_cast<RwlockStep>(first_step(code, i.group));
  return began == RwlockStep::lock || began == RwlockStep::try_lock ? Do::unlock_shared_mutex : Do::unlock_shared;
}

inline Do what_of(const graph::Code &code, const graph::Instruction &i) {
  using graph::Kind;
  if (i.plain != graph::Plain::none) return i.plain == graph::Plain::read ? Do::plain_read : Do::plain_write;
  switch (i.op.kind) {
    case Kind::load: return i.is_pointer ? Do::load_pointer : Do::load;
    case Kind::store: return i.is_pointer ? Do::store_pointer : Do::store;
    case Kind::rmw: return i.is_pointer ? Do::exchange_pointer : i.op.function == graph::Function::add ? Do::add : Do::exchange;
    case Kind::cas: return Do::compare_exchange;
    case Kind::fence: return Do::fence;
    case Kind::create: return Do::create;
    case Kind::join: return Do::join;
    default: return object_step(code, i);
  }
}

// Nothing: too large.
inline std::optional<Program> translate(const graph::RandomProgram &program, std::uint64_t seed) {
  Program out{};
  const std::vector<bool> is_root = graph::roots_of(program);
  if (program.size() > kThreads) return {};
  out.threads = narrow(program.size());
  static constexpr std::uint8_t kGaps[] = {1, 4, 8, 16};
  out.gap = kGaps[seed % 4];
  out.is_on_heap = seed / 4 % 2 == 0;
  for (std::size_t t = 0; t < program.size(); t++) {
    out.is_root[t] = is_root[t];
    if (program[t].size() > kMostInstructions) return {};
    out.length[t] = narrow(program[t].size());
    for (std::size_t k = 0; k < program[t].size(); k++) {
      const graph::Instruction &i = program[t][k];
      Instruction &n = out.code[t][k];
      n.what = what_of(program[t], i);
      n.order = narrow(static_cast<std::uint64_t>(i.op.order));
      n.failure = narrow(static_cast<std::uint64_t>(i.op.failure_order));
      n.location = n.mutex = narrow(i.op.location);
      // A wait names its condition; the mutex is that of its second part.
      if (n.what == Do::wait && k + 1 < program[t].size()) n.mutex = narrow(program[t][k + 1].op.location);
      n.operand = narrow(i.op.operand);
      n.expected = narrow(i.op.expected);
      n.adds_register = i.adds_register;
      n.frees = i.frees;
      n.only_if = static_cast<std::int8_t>(i.only_if);
      n.guards = narrow(static_cast<std::uint64_t>(i.guards));
      n.guard = narrow(i.guard);
      if (i.plain != graph::Plain::none ? i.op.location >= kPlain : i.op.location >= kLocations) return {};
      if (i.is_pointer && i.op.operand >= kNodes) return {};
    }
  }
  return out;
}

}  // namespace native
