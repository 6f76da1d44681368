// Carriers: the stacks and thread-local storage that controlled threads run on.
// SPDX-License-Identifier: Apache-2.0
//
// A carrier is a real pthread's stack and TLS. There are two substrates behind one interface:
//
//   fibers  (default) The pthread is made once and parks for ever; a controlled thread runs on its stack, below the parked frames, and
//           with its thread-local storage, but on the one kernel thread that runs everything. So thread_local, errno, exceptions in
//           flight and pthread_self() are each thread's own at the price of a function call: see tests/bench for figures.
//   os      The pthread runs itself and hands over with a futex. Some 100 times slower; for debuggers, and as an oracle: both
//           must give the same executions.
//
// Fibers' carriers are made before any fork: in a forked child the parked threads are gone but their memory is there, and glibc
// would give it away again if a real pthread_create followed (measured: a crash). os carriers are made in the
// process that uses them.
#pragma once

#include <pthread.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "campaign/campaign.h"

namespace interleave::runtime {

struct Carrier {
  pthread_t handle;             // what pthread_self() is on it
  std::uint32_t index;          // 0: the main carrier
  std::uint64_t thread_base;    // of its thread-local storage, see thread_base.h
  char *library_tls;            // what of that is the C and C++ libraries', while the base is shared and another carrier runs
  char *stack_low, *stack_high; // the whole stack
  char *top;                    // where a borrower's frames begin
  void *context;                // fibers: where it was left
  std::uint32_t turn;           // os: 1 when it may run (a futex word)
  void *restart[5];             // os: where a borrower's end goes back to
  bool lent, used;
  void (*entry)(void *);
  void *argument;
};

namespace context {

// start() is called once, on the thread that becomes the main carrier.
void start(campaign::Substrate substrate);
Carrier *main_carrier();
// prepare() makes carriers until there are `count` (fibers only; os makes them when lent). Not after a fork.
void prepare(std::uint32_t count);
// lend() returns a carrier whose first switch calls entry(argument) on a fresh stack and fresh thread_local images, or null
// when all are lent. entry must end by leave_to(). `index` asks for a certain one, which is null when it has not been made; 0: for any.
Carrier *lend(std::uint32_t index, void (*entry)(void *), void *argument);
// switch_to() runs `to` and returns when somebody switches back to `from`.
void switch_to(Carrier *from, Carrier *to);
// begin_on() prepares a carrier of another kind, without thread-local storage: its first switch calls entry(nullptr) on that stack (fibers only).
void begin_on(Carrier *carrier, char *stack, std::size_t bytes, void (*entry)(void *));
// leave_to() ends the life of what runs on `from` and runs `to`. The carrier may be lent again after give_back(), which may come before.
[[noreturn]] void leave_to(Carrier *from, Carrier *to);
void give_back(Carrier *carrier);
// take_back_all() makes all carriers but the main one free again (between in-process executions that ended well).
void take_back_all();
void for_each(void (*f)(const Carrier &));
bool is_os();
// wipe_stack() zeroes what lies below its caller's frame, where the next functions will have theirs, and leaves no trace of its own.
#if defined(__x86_64__)
template <std::size_t kBytes>
[[gnu::always_inline]] inline void wipe_stack() {     // the runtime has no red zones (CMakeLists.txt)
  std::uint64_t words = kBytes / sizeof(std::uint64_t);
  void *to;
  asm volatile("leaq %c2(%%rsp), %0\n\trep stosq" : "=&D"(to), "+c"(words) : "i"(-static_cast<long>(kBytes)), "a"(std::uint64_t{0}) : "memory");
}
#else
template <std::size_t kBytes>
[[gnu::noinline]] void wipe_stack() {
  char below[kBytes];
  std::memset(below, 0, sizeof below);
  asm volatile("" : : "r"(below) : "memory");
}
#endif

}  // namespace context
}  // namespace interleave::runtime
