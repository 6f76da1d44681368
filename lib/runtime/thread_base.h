// thread_base: what the processor's thread base is while a carrier runs.
// SPDX-License-Identifier: Apache-2.0
//
// Each carrier has thread-local storage of its own, found through the thread base. Setting that is an instruction where kernel and processor
// allow it (AArch64; x86-64 with FSGSBASE) and a system call elsewhere (4 us in a virtual machine, against 50 ns of the rest of a switch).
// There, a program without thread_local variables runs on one base, that of the main carrier: what is below it then belongs to the C and C++
// libraries alone (errno, exceptions in flight, the locale; some 200 bytes), and a switch exchanges its contents. The addresses are
// nobody's business, and what lies above the base, glibc's record of the thread, is reached by the functions of intercept/pthread.cc only.
// Measured: lastzero of ten threads in 0.31 s instead of 0.70 s.
#pragma once

#include <cstdint>

namespace interleave::runtime {

struct Carrier;

namespace thread_base {

// The calling thread's FS base (x86-64) or tpidr_el0 (AArch64).
std::uint64_t current();
void load(std::uint64_t base);

// start() decides, on the thread of the main carrier. Before any other carrier is made.
void start(Carrier *main);
// add() is called on the thread that parks, with the base of that.
void add(Carrier *carrier);
// renew() makes what the libraries have there what it was at add(); of a carrier that does not run, if can_renew().
bool can_renew();
void renew(const Carrier *carrier);
// add_walker() adds one that has no thread-local storage; borrow() lets it run at the base of `lender`, which stops.
void add_walker(Carrier *carrier);
void borrow(Carrier *carrier, const Carrier *lender);
// move() makes what `to` finds through the base its own.
void move(const Carrier *from, const Carrier *to);

// Memory at one address that is each thread's own while it runs: what is exchanged. Nothing, where bases are not shared.
struct Exchanged {
  std::uint64_t begin, bytes;
  bool has(std::uint64_t address) const { return address - begin < bytes; }
};
extern Exchanged exchanged;

// share_no_more(): the thread that runs, `on` its carrier, is about to do what needs its own base. From now on, each has it.
void share_no_more(const Carrier *on);
// look_at_modules() does that if a library was loaded since the start: it may have thread_local variables. Some ns.
void look_at_modules(const Carrier *on);

}  // namespace thread_base
}  // namespace interleave::runtime
