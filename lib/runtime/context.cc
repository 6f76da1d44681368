// Both substrates: fibers that borrow parked pthreads, and pthreads that hand over.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/context.h"

#include <linux/futex.h>
#include <semaphore.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <boost/context/detail/fcontext.hpp>

#include "model/ids.h"
#include "runtime/execution.h"
#include "runtime/intercept/real.h"
#include "runtime/memory/tls_image.h"
#include "runtime/process/raw_syscall.h"
#include "runtime/thread_base.h"
#include "support/check.h"

namespace interleave::runtime::context {

namespace {

using boost::context::detail::jump_fcontext;
using boost::context::detail::make_fcontext;
using boost::context::detail::transfer_t;

// Frames of the parked thread end above this much below the frame that parked; the rest of its stack is the borrower's.
constexpr std::size_t kParkedFrames = 4096;

bool os_threads;
Carrier carriers[model::kMaxThreads];
std::uint32_t carrier_count;
Carrier *coming_from;      // fibers: who switched to the one that now wakes up

void find_stack(Carrier &c) {
  pthread_attr_t attributes;
  void *low = nullptr;
  std::size_t size = 0;
  CHECK(real::pthread_getattr_np(c.handle, &attributes) == 0, "a carrier's stack is unknown");
  pthread_attr_getstack(&attributes, &low, &size);
  pthread_attr_destroy(&attributes);
  c.stack_low = static_cast<char *>(low);
  c.stack_high = c.stack_low + size;
}

// ---- os: a futex word a carrier ---------------------------------------------------------------------------------------

void wait_for_turn(Carrier *c) {
  while (__atomic_load_n(&c->turn, __ATOMIC_ACQUIRE) == 0)
    raw_syscall(SYS_futex, reinterpret_cast<long>(&c->turn), FUTEX_WAIT_PRIVATE, 0, 0);
  __atomic_store_n(&c->turn, 0, __ATOMIC_RELAXED);
}
void give_turn(Carrier *c) {
  __atomic_store_n(&c->turn, 1, __ATOMIC_RELEASE);
  raw_syscall(SYS_futex, reinterpret_cast<long>(&c->turn), FUTEX_WAKE_PRIVATE, 1);
}

// ---- making carriers --------------------------------------------------------------------------------------------------

struct Birth {
  Carrier *carrier;
  sem_t ready;
};

void *parked(void *argument) {
  auto *birth = static_cast<Birth *>(argument);
  Carrier *c = birth->carrier;
  c->handle = real::pthread_self();
  thread_base::add(c);
  auto here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0)) - kParkedFrames;
  c->top = reinterpret_cast<char *>(here & ~std::uintptr_t{63});
  real::sem_post(&birth->ready);
  if (!os_threads)
    for (;;) pause();                 // the kernel thread is never needed again; only its memory is
  __builtin_setjmp(c->restart);       // leave_to() comes back here
  wait_for_turn(c);
  c->entry(c->argument);
  CHECK(false, "a carrier's entry returned");
  __builtin_unreachable();
}

Carrier *make_carrier() {
  CHECK(carrier_count < model::kMaxThreads, "too many carriers");
  Inside inside;
  Carrier *c = &carriers[carrier_count];
  c->index = carrier_count++;
  Birth birth{c, {}};
  real::sem_init(&birth.ready, 0, 0);
  pthread_t handle;
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);   // a signal to the process is never handled on a parked thread
  if (real::pthread_create(&handle, nullptr, parked, &birth) != 0) {
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    carrier_count--;
    return nullptr;
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  while (real::sem_wait(&birth.ready) != 0) {
  }
  real::sem_destroy(&birth.ready);
  find_stack(*c);        // it allocates, for which the C library would set up an arena for each thread
  return c;
}

void fiber_begin(transfer_t from) {
  coming_from->context = from.fctx;
  Carrier *c = static_cast<Carrier *>(from.data);
  c->entry(c->argument);
  CHECK(false, "a carrier's entry returned");
}

}  // namespace

bool is_os() { return os_threads; }
Carrier *main_carrier() { return &carriers[0]; }

void start(campaign::Substrate substrate) {
  os_threads = substrate == campaign::Substrate::os;
  Carrier &c = carriers[0];
  c.handle = real::pthread_self();
  c.lent = true;
  Inside inside;
  find_stack(c);
  tls_image::find(thread_base::current());
  thread_base::start(&c);
  carrier_count = 1;
}

void prepare(std::uint32_t count) {
  if (os_threads) return;
  if (count > model::kMaxThreads) count = model::kMaxThreads;
  while (carrier_count < count && make_carrier()) {
  }
}

Carrier *lend(std::uint32_t index, void (*entry)(void *), void *argument) {
  Carrier *c = nullptr;
  while (os_threads && index >= carrier_count && make_carrier()) {
  }
  if (index != 0 && index < carrier_count) c = &carriers[index];
  for (std::uint32_t i = 1; index == 0 && i < carrier_count && !c; i++)
    if (!carriers[i].lent) c = &carriers[i];
  if (!c && index == 0 && os_threads && carrier_count < model::kMaxThreads) c = make_carrier();
  if (!c) return nullptr;
  c->lent = true;
  c->entry = entry;
  c->argument = argument;
  if (c->used) tls_image::reset(c->thread_base);
  c->used = true;
  if (!os_threads) c->context = make_fcontext(c->top, static_cast<std::size_t>(c->top - c->stack_low), fiber_begin);
  return c;
}

void switch_to(Carrier *from, Carrier *to) {
  if (os_threads) {
    give_turn(to);
    wait_for_turn(from);
    return;
  }
  coming_from = from;
  thread_base::move(from, to);
  transfer_t t = jump_fcontext(to->context, to);
  coming_from->context = t.fctx;
}

void begin_on(Carrier *carrier, char *stack, std::size_t bytes, void (*entry)(void *)) {
  *carrier = {};
  carrier->entry = entry;
  carrier->context = make_fcontext(stack + bytes, bytes, fiber_begin);
}

void give_back(Carrier *carrier) { carrier->lent = false; }

void leave_to(Carrier *from, Carrier *to) {
  if (os_threads) {
    give_turn(to);                    // from here on it may be lent again: it waits for that turn in parked()
    __builtin_longjmp(from->restart, 1);
  }
  coming_from = from;
  thread_base::move(from, to);
  jump_fcontext(to->context, to);
  CHECK(false, "a thread that ended was resumed");
  __builtin_unreachable();
}

void for_each(void (*f)(const Carrier &)) {
  for (std::uint32_t i = 0; i < carrier_count; i++) f(carriers[i]);
}

void take_back_all() {
  for (std::uint32_t i = 1; i < carrier_count; i++) carriers[i].lent = false;
}

}  // namespace interleave::runtime::context
