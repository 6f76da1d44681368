// Random small programs for the graph engine, as data: made from a seed, printed, shrunk, and run as coroutines.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "explore/graph/objects/condition.h"
#include "explore/graph/objects/mutex.h"
#include "explore/graph/objects/once.h"
#include "explore/graph/objects/rwlock.h"
#include "explore/graph/objects/semaphore.h"
#include "explore/graph/objects/waiters.h"
#include "explore/graph/operation.h"
#include "graph_program.h"

namespace interleave::explore::graph {

enum class Plain : std::uint8_t { none, read, write };

// A thread has one register: the value of its last read. Locations are 1, 2 ... and so are plain variables.
struct Instruction {
  Operation op;
  bool adds_register = false;      // to the operand of a store
  bool is_of_register = false;     // a gather: of the round in which the arrival is that the register counts
  int only_if = -1;                // the instruction, and what it guards, is left out unless the register has this value
  int guards = 0;                  // so many instructions after it are left out ...
  std::uint64_t guard = 0;         // unless the register then has this value
  int group = 0;                   // those of one group (a lock and its unlock) are removed together; 0: of none
  Plain plain = Plain::none;       // instead of `op`: an access of the plain variable op.location
  bool is_silent = false;          // its answer does not go to the register
  // The location holds a pointer: who stores makes node `operand` (a plain write of its variable) before, who reads looks into
  // the node (a plain read) and perhaps frees it (a plain write).
  bool is_pointer = false;
  bool frees = false;
  // The end of a loop: this many instructions, this one the last, are repeated until the register is `until`, or is not. None of them
  // depends on the register, so that a round begins in the state in which the one before it began.
  int loop = 0;
  std::uint64_t until = 0;
  bool is_until_not = false;
  bool goes_on(std::uint64_t value) const { return loop != 0 && (value == until) == is_until_not; }
};
using Code = std::vector<Instruction>;
// Thread 0 of it is thread 1 of the execution. One that a Kind::create of another one names is created there (operand: its index
// here), all others by thread 0 of the execution.
using RandomProgram = std::vector<Code>;

inline constexpr std::size_t kFirstNode = 4;          // the plain variable of node 0; there is no such node
inline constexpr std::size_t kPlainVariables = 24;

// What a thread has read: the last of it is its register.
struct Register {
  std::uint64_t value = 0;
  std::string seen;
  void set(std::uint64_t v) {
    value = v;
    seen += std::to_string(v) + " ";
  }
};

// A thread's way through its code: what the runtime learns of a real thread from its stack (runtime/by_graph/pure_loops.h). A round that
// changed nothing is its last; of others no loop has more than kMostRounds.
struct Course {
  static constexpr int kMostRounds = 2;
  std::uint32_t events = 0;        // so far
  std::uint32_t since = 0;         // the first one of the present round
  int rounds = 0;
  bool has_changed = false;        // in this round
  std::string seen;                // before it: what is read in a round that is not the last one is no outcome

  // arrive() is called when the thread has come to code[at].
  void arrive(const Code &code, std::size_t at, const Register &reg) {
    for (std::size_t end = at; end < code.size(); end++) {
      if (code[end].loop != static_cast<int>(end - at) + 1) continue;
      since = events;
      has_changed = false;
      seen = reg.seen;
    }
  }
  // leave() is called when it has done it. What comes next instead of another round: spin or cut; none: another round, or no loop goes on.
  Kind leave(const Instruction &i, Register &reg) {
    if (!i.goes_on(reg.value)) {
      if (i.loop != 0) rounds = 0;
      return Kind::none;
    }
    reg.seen = seen;
    return !has_changed ? Kind::spin : ++rounds == kMostRounds ? Kind::cut : Kind::none;
  }
};

inline bool is_left_out(const Instruction &i, std::uint64_t reg) {
  return i.only_if >= 0 && reg != static_cast<std::uint64_t>(i.only_if);
}

// The index of the instruction after the one at `index`, which was executed or left out.
inline std::size_t next_of(const Code &code, std::size_t index, bool was_left_out, std::uint64_t reg) {
  const Instruction &i = code[index];
  const bool skips = was_left_out || reg != i.guard;
  return index + 1 + (skips ? static_cast<std::size_t>(i.guards) : 0);
}

inline std::vector<bool> roots_of(const RandomProgram &program) {
  std::vector<bool> is_root(program.size(), true);
  for (const Code &code : program) {
    for (const Instruction &i : code) {
      if (i.op.kind == Kind::create) is_root[i.op.operand] = false;
    }
  }
  return is_root;
}

inline std::uint64_t locations_of(const RandomProgram &program) {
  std::uint64_t locations = 1;
  for (const Code &code : program) {
    for (const Instruction &i : code) {
      if (i.plain == Plain::none) locations = std::max(locations, i.op.location);
    }
  }
  return locations;
}

inline std::uint64_t operand_of(const Instruction &i, std::uint64_t reg) {
  return i.is_of_register ? reg / i.op.expected : i.op.operand + (i.adds_register ? reg : 0);
}

inline bool has_answer(const Instruction &i) { return i.op.kind != Kind::store && i.op.kind != Kind::fence && !i.is_silent; }

// One execution of a program under the engine. What races is found by brute force only: here it reads something.
struct Machine {
  explicit Machine(const RandomProgram &random) : program(random), registers(random.size()) {}
  const RandomProgram &program;
  std::vector<Register> registers;
  std::uint64_t plain[kPlainVariables] = {};
  void begin() {
    registers.assign(program.size(), {});
    std::fill(std::begin(plain), std::end(plain), 0);
  }
};

inline Body run_code(Self, Machine &m, std::size_t t) {
  const Code &code = m.program[t];
  Register &reg = m.registers[t];
  Course course;
  for (std::size_t at = 0; at < code.size();) {
    const Instruction &i = code[at];
    course.arrive(code, at, reg);
    const bool left_out = is_left_out(i, reg.value);
    if (!left_out && i.plain != Plain::none) {
      if (i.plain == Plain::read) reg.set(m.plain[i.op.location]);
      else m.plain[i.op.location] = i.op.operand + (i.adds_register ? reg.value : 0);
    } else if (!left_out) {
      Operation op = i.op;
      op.operand = operand_of(i, reg.value);
      if (op.kind == Kind::create || op.kind == Kind::join) op.operand++;
      if (i.is_pointer && op.kind != Kind::load) m.plain[kFirstNode + op.operand] = op.operand;
      const Answer answer = co_await AwaitAnswer{{op}};
      if (has_answer(i)) reg.set(i.is_pointer && answer.value != 0 ? m.plain[kFirstNode + answer.value] : answer.value);
      course.events += op.kind != Kind::store && answer.wrote ? 2 : 1;
      course.has_changed |= answer.changed;
      Operation stop;
      stop.kind = course.leave(i, reg);
      stop.operand = course.since;
      if (stop.kind != Kind::none) co_await AwaitAnswer{{stop}};
      if (i.goes_on(reg.value)) {
        at -= static_cast<std::size_t>(i.loop) - 1;
        continue;
      }
    }
    at = next_of(code, at, left_out, reg.value);
  }
}

// The program for the engine. The machine is used again for each execution.
inline Program program_of(Machine &m) {
  Program program;
  for (std::size_t t = 0; t < m.program.size(); t++) {
    program.thread([&m, t](Self self) {
      if (t == 0) m.begin();                  // it is created first, before any thread runs
      return run_code(self, m, t);
    });
  }
  program.is_root = roots_of(m.program);
  return program;
}

inline std::string step_name(const Operation &op) {
  static const std::pair<const ObjectModel *, std::vector<const char *>> kNames[] = {
      {&kMutex, {"lock", "try_lock", "unlock"}},
      {&kRwlock, {"lock", "try_lock", "lock_shared", "try_lock_shared", "unlock"}},
      {&kOnce, {"call_once", "end_once"}},
      {&kCondition, {"wait", "wake", "notify_one", "notify_all", "leave", "expire"}},
  };
  const std::string name = op.object->name + std::to_string(op.location) + ".";
  for (const auto &[object, steps] : kNames)
    if (object == op.object && op.step < steps.size()) return name + steps[op.step];
  return name + std::to_string(op.step);
}

inline std::string to_text(const Instruction &i) {
  static const char *const orders[] = {"rlx", "cns", "acq", "rel", "ar", "sc"};
  static const char *const functions[] = {"xchg", "add", "sub", "and", "or", "xor"};
  const Operation &op = i.op;
  std::string text = i.only_if >= 0 ? "if(" + std::to_string(i.only_if) + ") " : "";
  const std::string guards = i.guards > 0 ? " [if r==" + std::to_string(i.guard) + " the next " + std::to_string(i.guards) + "]" : "";
  const std::string l = std::to_string(op.location), v = std::to_string(op.operand) + (i.adds_register ? "+r" : "");
  if (i.plain == Plain::read) return text + "plain " + l + guards;
  if (i.plain == Plain::write) return text + "plain " + l + "=" + v + guards;
  if (i.is_pointer) text += "*";
  switch (op.kind) {
    case Kind::load: text += "R" + l; break;
    case Kind::store: text += "W" + l + "=" + v; break;
    case Kind::rmw: text += functions[static_cast<int>(op.function)] + l + " " + v; break;
    case Kind::cas: text += "cas" + l + " " + std::to_string(op.expected) + ">" + v; break;
    case Kind::await: text += "await" + l + (op.predicate == Predicate::equal ? "==" : "!=") + v; break;
    case Kind::object:
      text += step_name(op);
      if (op.object == &kOnce && op.step != 0 && op.operand == 0) text += " by exception";
      break;
    case Kind::choose: text += "choose" + v; break;
    case Kind::arrive: return text + "arrive" + l + " " + v;
    case Kind::gather: return text + "gather" + l + " " + (i.is_of_register ? "r" : v);
    case Kind::create: return text + "create " + std::to_string(op.operand + 1);
    case Kind::join: return text + "join " + std::to_string(op.operand + 1);
    default: text += "fence"; break;
  }
  text += std::string(".") + orders[static_cast<int>(op.order)];
  if (op.kind == Kind::cas) text += std::string("/") + orders[static_cast<int>(op.failure_order)];
  std::string until;
  if (i.loop > 0) until = " (" + std::to_string(i.loop) + " until " + (i.is_until_not ? "!" : "") + std::to_string(i.until) + ")";
  return text + (i.frees ? " frees" : "") + guards + until;
}

inline std::string to_text(const RandomProgram &program) {
  std::string text;
  for (const Code &code : program) {
    for (const Instruction &i : code) text += to_text(i) + "; ";
    text += "||  ";
  }
  return text;
}

// The program without one instruction and those of its group.
inline RandomProgram without(RandomProgram program, std::size_t thread, std::size_t index) {
  const int group = program[thread][index].group;
  const auto remove = [](Code &code, std::size_t at) {
    for (std::size_t k = 0; k < at; k++) {
      if (k + static_cast<std::size_t>(code[k].guards) >= at) code[k].guards--;
    }
    code.erase(code.begin() + static_cast<std::ptrdiff_t>(at));
  };
  if (group == 0) {
    remove(program[thread], index);
    return program;
  }
  Code &code = program[thread];
  for (std::size_t at = code.size(); at-- > 0;) {
    if (code[at].group == group) remove(code, at);
  }
  return program;
}

class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed) {}

  // At most `events` atomic operations and fences.
  RandomProgram atomics(int events) {
    RandomProgram program(static_cast<std::size_t>(2 + below(5) / 2 * below(2) + below(2)));
    locations_ = 1 + below(3);
    mostly_ = below(3);
    for (int i = 0; i < events; i++) program[static_cast<std::size_t>(below(static_cast<int>(program.size())))].push_back(atomic());
    return program;
  }

  // Relaxed accesses and fences, most of them seq_cst: what only psc between fences forbids.
  RandomProgram fences(int events) {
    RandomProgram program(static_cast<std::size_t>(2 + below(3)));
    locations_ = 2 + below(2);
    mostly_ = 1;
    for (int i = 0; i < events; i++) {
      Instruction next = atomic();
      if (below(3) == 0) {
        next = {};
        next.op.kind = Kind::fence;
        next.op.order = below(4) == 0 ? ar : sc;
      }
      program[static_cast<std::size_t>(below(static_cast<int>(program.size())))].push_back(next);
    }
    return program;
  }

  // At most `events` operations, among them locks of two mutexes (locations 3 and 4), taken and given back in any order.
  RandomProgram locks(int events) {
    RandomProgram program(static_cast<std::size_t>(2 + below(2)));
    locations_ = 1 + below(2);
    mostly_ = below(3);
    const bool tries = below(4) == 0, expires = below(4) == 0;
    std::vector<int> held(program.size(), 0);       // bit l - 3
    for (int i = 0; i < events; i++) {
      const auto t = static_cast<std::size_t>(below(static_cast<int>(program.size())));
      if (below(3) == 0) {
        program[t].push_back(atomic());
        continue;
      }
      const int l = 3 + below(2), bit = 1 << (l - 3);
      const MutexStep step = held[t] & bit ? MutexStep::unlock : tries && below(3) == 0 ? MutexStep::try_lock : MutexStep::lock;
      if (expires && step == MutexStep::lock && below(4) == 0) {
        program[t].push_back(object(kMutex, l, static_cast<std::uint8_t>(MutexStep::expire), acq));
        continue;
      }
      if (step != MutexStep::try_lock) held[t] ^= bit;
      program[t].push_back(object(kMutex, l, static_cast<std::uint8_t>(step), step == MutexStep::unlock ? rel : acq));
    }
    // What is still held is mostly given back.
    for (std::size_t t = 0; t < program.size(); t++) {
      for (int l = 3; l <= 4; l++) {
        if ((held[t] & 1 << (l - 3)) != 0 && below(6) != 0)
          program[t].push_back(object(kMutex, l, static_cast<std::uint8_t>(MutexStep::unlock), rel));
      }
    }
    return program;
  }

  // At most `events` steps of one object (location 3) of any kind, and other operations.
  RandomProgram objects(int events) {
    RandomProgram program(static_cast<std::size_t>(2 + below(2)));
    locations_ = 1 + below(2);
    mostly_ = below(3);
    const int kind = below(5);
    const bool is_queue = kind == 4;               // of atomic waits: a condition that orders
    const ObjectModel &waiters = is_queue ? kWaiters : kCondition;
    for (int i = 0; i < events; i++) {
      Code &code = program[static_cast<std::size_t>(below(static_cast<int>(program.size())))];
      const int what = below(4);
      if (what == 0) {
        code.push_back(atomic());
      } else if (kind == 0) {
        code.push_back(object(kRwlock, 3, static_cast<std::uint8_t>(below(7)), ar));
      } else if (kind == 1) {
        code.push_back(object(kOnce, 3, static_cast<std::uint8_t>(below(2)), ar, static_cast<std::uint64_t>(below(2))));
      } else if (kind == 2) {
        code.push_back(object(kSemaphore, 3, static_cast<std::uint8_t>(below(4)), ar));
      } else if (what == 1) {
        const int end = below(4);
        const ConditionStep last = end == 0 ? ConditionStep::expire : end == 1 ? ConditionStep::leave : ConditionStep::wake;
        code.push_back(object(waiters, 3, static_cast<std::uint8_t>(ConditionStep::wait), is_queue ? acq : rlx));
        if (is_queue && below(2) == 0) code.push_back(atomic());
        code.push_back(object(waiters, 3, static_cast<std::uint8_t>(last), rlx));
      } else {
        code.push_back(object(waiters, 3, static_cast<std::uint8_t>(2 + below(2)), is_queue ? rel : rlx));
      }
    }
    return program;
  }

  // Atomics with waits for a value among them.
  RandomProgram awaits(int events) {
    RandomProgram program = atomics(events);
    for (int i = below(3); i >= 0; i--) {
      Instruction wait;
      wait.op.kind = Kind::await;
      wait.op.bytes = 1;
      wait.op.location = static_cast<std::uint64_t>(1 + below(locations_));
      wait.op.operand = static_cast<std::uint64_t>(below(2));
      wait.op.predicate = below(3) == 0 ? Predicate::equal : Predicate::not_equal;
      wait.op.order = pick({rlx, acq, sc});
      Code &code = program[static_cast<std::size_t>(below(static_cast<int>(program.size())))];
      code.insert(code.begin() + below(static_cast<int>(code.size()) + 1), wait);
    }
    return program;
  }

  // Locks with awaits, semaphores and conditions among them.
  RandomProgram mixed(int events) {
    RandomProgram program = locks(events);
    for (int i = below(4); i >= 0; i--) {
      Code &code = program[static_cast<std::size_t>(below(static_cast<int>(program.size())))];
      Instruction next;
      switch (below(5)) {
        case 0: next = object(kSemaphore, 2, static_cast<std::uint8_t>(below(3)), ar); break;
        case 1: next = object(kCondition, 2, static_cast<std::uint8_t>(below(4)), rlx); break;
        case 2:
          next.op.kind = Kind::choose;
          next.op.operand = 2;
          break;
        default:
          next.op.kind = Kind::await;
          next.op.bytes = 1;
          next.op.location = 1;
          next.op.operand = static_cast<std::uint64_t>(below(2));
          next.op.predicate = below(3) == 0 ? Predicate::equal : Predicate::not_equal;
          next.op.order = pick({rlx, acq, sc});
      }
      code.insert(code.begin() + below(static_cast<int>(code.size()) + 1), next);
    }
    // One kind of object, and no atomic operation, at location 2.
    const ObjectModel *kind = nullptr;
    for (Code &code : program) {
      for (Instruction &i : code) {
        if (i.op.location != 2) continue;
        if (i.op.kind == Kind::object && !kind) kind = i.op.object;
        if (i.op.kind != Kind::object || i.op.object != kind) i = object(kMutex, 3, static_cast<std::uint8_t>(below(3)), ar);
      }
    }
    return program;
  }

  // All threads, or some of them, meet at a barrier (location 4) up to two times, and do other things between.
  RandomProgram barriers(int events) {
    RandomProgram program = atomics(events);
    const auto needed = static_cast<std::uint64_t>(2 + below(static_cast<int>(program.size()) - 1));
    const bool is_ordered = needed < program.size() || below(3) == 0;
    std::size_t users = 0;
    for (Code &code : program) {
      if (!is_ordered && users == needed) break;
      std::size_t at = 0;
      const int rounds = below(8) == 0 ? 0 : 1 + below(4) / 3;
      users += rounds != 0;
      for (int round = 0; round < rounds; round++) {
        at += static_cast<std::size_t>(below(static_cast<int>(code.size() - at) + 1));
        code.insert(code.begin() + static_cast<std::ptrdiff_t>(at++), arrival(needed, round, is_ordered));
        // Something between would change the register that says the round.
        if (!is_ordered) at += static_cast<std::size_t>(below(static_cast<int>(code.size() - at) + 1));
        code.insert(code.begin() + static_cast<std::ptrdiff_t>(at++), gather(needed, round, is_ordered));
      }
    }
    return program;
  }

  // Atomics, or locks, with loops among them: that look, that write what was there, that try a lock, that change something.
  RandomProgram loops(int events) {
    const bool has_locks = below(4) == 0;
    RandomProgram program = has_locks ? locks(events) : atomics(events);
    for (int n = 1 + below(3); n > 0; n--) {
      Code loop;
      if (below(3) == 0) loop.push_back(polling());
      const bool tries = has_locks && below(2) == 0;
      loop.push_back(tries ? object(kMutex, 3 + below(2), static_cast<std::uint8_t>(MutexStep::try_lock), acq) : polling());
      Instruction &last = loop.back();
      last.loop = static_cast<int>(loop.size());
      last.until = tries ? 0 : static_cast<std::uint64_t>(below(2));
      last.is_until_not = !tries && below(3) == 0;
      for (Instruction &i : loop) i.group = n;
      if (tries && below(4) != 0)
        loop.push_back(object(kMutex, static_cast<int>(last.op.location), static_cast<std::uint8_t>(MutexStep::unlock), rel));
      Code &code = program[static_cast<std::size_t>(below(static_cast<int>(program.size())))];
      auto at = static_cast<std::size_t>(below(static_cast<int>(code.size()) + 1));
      while (at > 0 && at < code.size() && code[at].group != 0 && code[at].group == code[at - 1].group) at--;     // not into another one
      code.insert(code.begin() + static_cast<std::ptrdiff_t>(at), loop.begin(), loop.end());
    }
    return program;
  }

  static Instruction arrival(std::uint64_t needed, int round, bool is_ordered) {
    Instruction i;
    i.op.kind = is_ordered ? Kind::rmw : Kind::arrive;
    i.op.function = Function::add;
    i.op.location = 4;
    i.op.order = rlx;
    i.op.expected = needed;
    i.op.operand = is_ordered ? 1 : static_cast<std::uint64_t>(round);
    i.is_silent = !is_ordered;
    return i;
  }
  static Instruction gather(std::uint64_t needed, int round, bool is_ordered) {
    Instruction i;
    i.op.kind = Kind::gather;
    i.op.location = 4;
    i.op.expected = needed;
    i.op.operand = static_cast<std::uint64_t>(round);
    i.is_of_register = is_ordered;
    i.is_silent = true;
    return i;
  }

  // What a loop that waits does.
  Instruction polling() {
    Instruction i;
    i.op.location = static_cast<std::uint64_t>(1 + below(locations_));
    i.op.bytes = 1;
    switch (below(8)) {
      case 0:
        i.op.kind = Kind::rmw;                 // asks with a write
        i.op.function = Function::add;
        i.op.order = pick({rlx, acq, rel, ar, sc});
        break;
      case 1:
      case 2:
        i.op.kind = Kind::rmw;                 // test and set
        i.op.function = Function::exchange;
        i.op.operand = 1;
        i.op.order = pick({rlx, acq, rel, ar, sc});
        break;
      case 3:
        i.op.kind = Kind::cas;
        i.op.expected = static_cast<std::uint64_t>(below(2));
        i.op.operand = static_cast<std::uint64_t>(1 + below(2));
        i.op.order = pick({rlx, acq, rel, ar, sc});
        i.op.failure_order = pick({rlx, acq, sc});
        break;
      case 4:
        i.op.kind = Kind::rmw;                 // changes something
        i.op.function = Function::add;
        i.op.operand = 1;
        i.op.order = pick({rlx, acq, rel, ar, sc});
        break;
      default:
        i.op.kind = Kind::load;
        i.op.order = pick({rlx, acq, sc});
    }
    return i;
  }

  static Instruction object(const ObjectModel &object, int location, std::uint8_t step, Order order,
                            std::uint64_t operand = 0) {
    Instruction i;
    i.op.kind = Kind::object;
    i.op.object = &object;
    i.op.step = step;
    i.op.location = static_cast<std::uint64_t>(location);
    i.op.order = order;
    i.op.failure_order = rlx;
    i.op.operand = operand;
    return i;
  }

  int below(int n) { return static_cast<int>(random_() % static_cast<std::uint64_t>(n)); }

  Instruction atomic() {
    Instruction i;
    Operation &op = i.op;
    op.location = static_cast<std::uint64_t>(1 + below(locations_));
    op.bytes = 1;
    const int what = below(20);
    if (what < 6) {
      op.kind = Kind::load;
      op.order = pick({rlx, acq, sc});
    } else if (what < 12) {
      op.kind = Kind::store;
      op.order = pick({rlx, rel, sc});
      op.operand = static_cast<std::uint64_t>(below(3));
      i.adds_register = below(4) == 0;
    } else if (what < 15) {
      op.kind = Kind::rmw;
      op.function = below(3) == 0 ? Function::exchange : Function::add;
      op.operand = static_cast<std::uint64_t>(1 + below(2));
      op.order = pick({rlx, acq, rel, ar, sc});
    } else if (what < 18) {
      op.kind = Kind::cas;
      op.expected = static_cast<std::uint64_t>(below(2));
      op.operand = static_cast<std::uint64_t>(1 + below(2));
      op.order = pick({rlx, acq, rel, ar, sc});
      op.failure_order = pick({rlx, acq, sc});
    } else {
      op.kind = Kind::fence;
      op.location = 0;
      op.order = pick({acq, rel, ar, sc, sc});
    }
    if (below(8) == 0) i.only_if = below(2);
    return i;
  }

 protected:
  // Programs of mostly one kind of order, so that strong ones meet strong ones: any, weakest, strongest, strongest only.
  Order pick(std::initializer_list<Order> orders) {
    if (mostly_ == 1 && below(2) == 0) return *orders.begin();
    if (mostly_ == 2 && below(4) != 0) return *(orders.end() - 1);
    if (mostly_ == 3) return *(orders.end() - 1);
    return orders.begin()[below(static_cast<int>(orders.size()))];
  }

  std::mt19937_64 random_;
  int locations_ = 1;
  int mostly_ = 0;
};

}  // namespace interleave::explore::graph
