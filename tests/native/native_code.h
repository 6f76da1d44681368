// A program for the interpreter that runs on real threads: plain data, so that the instrumented part shares no inline function with others.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace native {

inline constexpr std::size_t kThreads = 4, kMostInstructions = 40, kLocations = 12, kPlain = 4, kMostSeen = 40, kNodes = 16;

enum class Do : std::uint8_t {
  load, store, add, exchange, compare_exchange, fence,
  lock, try_lock, unlock,
  lock_shared_mutex, lock_shared, try_lock_shared_mutex, try_lock_shared, unlock_shared_mutex, unlock_shared,
  wait,                       // and the three instructions after it: they are its parts
  notify_one, notify_all,
  call_once,                  // runs what it guards, the last of which is `leave`
  leave,                      // operand 0: by an exception
  plain_read, plain_write,
  store_pointer, load_pointer, exchange_pointer,
  create, join,
};

struct Instruction {
  Do what;
  std::uint8_t order = 0, failure = 0;      // as in std::memory_order
  std::uint8_t location = 0, mutex = 0, operand = 0, expected = 0;
  bool adds_register = false, is_silent = false, frees = false;
  std::int8_t only_if = -1;
  std::uint8_t guards = 0, guard = 0;
};

struct Program {
  Instruction code[kThreads][kMostInstructions];
  std::uint8_t length[kThreads];
  bool is_root[kThreads];
  std::uint8_t threads;
  std::uint8_t gap;                         // bytes from one variable to the next
  bool is_on_heap;                          // what the threads share
};

// What the threads have read.
struct Outcome {
  std::uint8_t seen[kThreads][kMostSeen];
  std::uint8_t count[kThreads];
};

}  // namespace native
