// One operation of one thread on one object, as the scheduler, the strategies and the detectors see it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "model/ids.h"

namespace interleave::model {

enum class ObjectKind : std::uint8_t {
  thread, clock, mutex, rwlock, condition, once, atomic, fence, futex, memory, choice, program, semaphore, barrier,
};

enum class Op : std::uint8_t {
#define OPERATION(name, object, visible, words) name,
#include "model/operations.def"
#undef OPERATION
};

// The C++ memory orders with the values of the __tsan_atomic ABI and of std::memory_order.
enum class Order : std::uint8_t { relaxed, consume, acquire, release, acq_rel, seq_cst };

constexpr bool acquires(Order o) { return o != Order::relaxed && o != Order::release; }
constexpr bool releases(Order o) { return o >= Order::release; }

// What a read-modify-write makes of the old value.
enum class Update : std::uint8_t { exchange, add, subtract, bit_and, bit_or, bit_xor, bit_nand };

const char *words(Op);                 // for reports: "lock", "notify one"
const char *name(Op);                  // for machines: "mutex_lock"; never changes
const char *name(ObjectKind);          // "mutex", "condition variable"
ObjectKind object_kind(Op);
bool is_visible(Op);                   // may another thread be scheduled just before it?

// By graph, what an atomic access must find to happen at all: anything, the value expected, or another one.
enum class Finds : std::uint8_t { anything, expected, other };

// What a thread is about to do. Plain data: a strategy may keep a copy.
struct Operation {
  Op op = Op::thread_start;
  Order order = Order::seq_cst;
  Order failure_order = Order::seq_cst;   // of a compare-exchange
  Update update = Update::exchange;    // of a read-modify-write
  Finds finds = Finds::anything;
  bool expires = false;                // by graph: its deadline passes first, so that it happens only where it would still have to wait
  std::uint8_t size = 0;               // bytes of an atomic access
  std::uint64_t address = 0;           // where the object is in the program's memory
  ObjectId object = kNoObject;
  std::uint64_t operand = 0;           // value stored, mutex of a wait, thread joined: see the object's file
  std::uint64_t expected = 0;          // of a compare-exchange or futex wait
  std::uint64_t deadline_ns = 0;       // on the virtual clock; 0: none
  std::uint64_t pc = 0;                // return address in the code that asked
};

}  // namespace interleave::model
