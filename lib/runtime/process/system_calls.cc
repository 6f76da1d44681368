// The handler that the kernel calls instead.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/process/system_calls.h"

#include <asm/ioctls.h>
#include <linux/audit.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <ucontext.h>

#include <cstdint>
#include <ctime>

#include "runtime/process/raw_syscall.h"

namespace interleave::runtime::system_calls {
namespace {

bool marked, written;          // put back with the rest of memory

}  // namespace

bool is_marked() { return marked; }
bool has_written() { return written; }

#if defined(__x86_64__)

namespace {

constexpr int kOfDispatch = 2;                     // si_code SYS_USER_DISPATCH, which libc's headers lack
constexpr long kInstructionBytes = 2, kSignalSetBytes = 8;

// As the kernel has it; libc's sigaction() would have the handler return through libc, by a system call there.
struct KernelAction {
  void (*handler)(int, siginfo_t *, void *);
  unsigned long flags;
  unsigned long restorer;
  std::uint64_t mask;
};
constexpr unsigned long kHasRestorer = 0x04000000;  // SA_RESTORER, which they lack too

unsigned char selector = SYSCALL_DISPATCH_FILTER_BLOCK;
void (*called_at_exit)(int);
KernelAction before;

bool is_write_of_output(long number, long a) { return (number == SYS_write || number == SYS_writev) && (a == 1 || a == 2); }

// Does the call leave nothing behind?
bool is_harmless(long number, long a, long b) {
  switch (number) {
    case SYS_getpid:
    case SYS_gettid:
    case SYS_getppid:
    case SYS_getuid:
    case SYS_geteuid:
    case SYS_getgid:
    case SYS_getegid:
    case SYS_getrandom:
    case SYS_getcpu:
    case SYS_getcwd:
    case SYS_uname:
    case SYS_sysinfo:
    case SYS_time:
    case SYS_gettimeofday:
    case SYS_clock_getres:
    case SYS_sched_yield:
    case SYS_sched_getaffinity:
    case SYS_stat:
    case SYS_lstat:
    case SYS_fstat:
    case SYS_newfstatat:
    case SYS_statx:
    case SYS_access:
    case SYS_faccessat:
    case SYS_readlink:
    case SYS_readlinkat:
    case SYS_futex: return true;
    case SYS_ioctl: return b == TCGETS;
    case SYS_clock_gettime: return a >= 0 && a != CLOCK_PROCESS_CPUTIME_ID && a != CLOCK_THREAD_CPUTIME_ID;
    default: return false;
  }
}

void stop_watching() {
  marked = true;
  raw_syscall(SYS_prctl, PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_OFF);
  raw_syscall(SYS_rt_sigaction, SIGSYS, reinterpret_cast<long>(&before), 0, kSignalSetBytes);
}

bool is(const KernelAction &action, sighandler_t other) {
  return reinterpret_cast<void *>(action.handler) == reinterpret_cast<void *>(other);
}

// Would a handler of the program's run with SIGSYS blocked?
bool is_blocked_in_handler() {
  for (int signal = 1; signal <= 64; signal++) {
    KernelAction action{};
    raw_syscall(SYS_rt_sigaction, signal, 0, reinterpret_cast<long>(&action), kSignalSetBytes);
    if (!is(action, SIG_DFL) && !is(action, SIG_IGN) && (action.mask >> (SIGSYS - 1) & 1)) return true;
  }
  return false;
}

bool has_limited_time() {
  rlimit limit{};
  raw_syscall(SYS_prlimit64, 0, RLIMIT_CPU, 0, reinterpret_cast<long>(&limit));
  return limit.rlim_cur != RLIM_INFINITY;
}

void on_call(int signal, siginfo_t *info, void *context) {
  if (info->si_code != kOfDispatch) {
    if (is(before, SIG_IGN)) return;
    if (!is(before, SIG_DFL)) return before.handler(signal, info, context);
    stop_watching();
    raw_syscall(SYS_tkill, raw_syscall(SYS_gettid), signal);
    return;
  }
  auto &registers = static_cast<ucontext_t *>(context)->uc_mcontext.gregs;
  const long number = registers[REG_RAX], a = registers[REG_RDI], b = registers[REG_RSI];
  const bool is_native = info->si_arch == AUDIT_ARCH_X86_64, writes = is_write_of_output(number, a);
  if (is_native && (writes || is_harmless(number, a, b))) {
    written |= writes;
    registers[REG_RAX] = raw_syscall(number, a, b, registers[REG_RDX], registers[REG_R10], registers[REG_R8], registers[REG_R9]);
    return;
  }
  if (is_native && number == SYS_exit_group) {
    // Called when this handler returns, as by the function that it interrupted.
    constexpr long long kRedZone = 128, kStackAlignment = 16;
    registers[REG_RSP] = ((registers[REG_RSP] - kRedZone) & ~(kStackAlignment - 1)) - static_cast<long long>(sizeof(void *));
    registers[REG_RIP] = reinterpret_cast<long long>(called_at_exit);
    return;
  }
  stop_watching();
  registers[REG_RIP] -= kInstructionBytes;             // it is done when the handler returns
}

}  // namespace

bool watch(void (*at_exit)(int)) {
  called_at_exit = at_exit;
  const auto code = reinterpret_cast<unsigned long>(&raw_syscall);
  std::uint64_t blocked = 0;
  raw_syscall(SYS_rt_sigprocmask, SIG_BLOCK, 0, reinterpret_cast<long>(&blocked), kSignalSetBytes);
  if ((blocked >> (SIGSYS - 1) & 1) || is_blocked_in_handler() || has_limited_time()) return false;
  // On the stack of its own that crash.h has set up.
  const KernelAction action{on_call, SA_SIGINFO | SA_ONSTACK | SA_NODEFER | kHasRestorer, code + kReturnFromSignal, 0};
  const long set = reinterpret_cast<long>(&action), was = reinterpret_cast<long>(&before);
  if (raw_syscall(SYS_rt_sigaction, SIGSYS, set, was, kSignalSetBytes) != 0) return false;
  return raw_syscall(SYS_prctl, PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_ON, static_cast<long>(code), kSyscallCodeBytes,
                     reinterpret_cast<long>(&selector)) == 0;
}

void note(long number, long first, long second) {
  if (is_write_of_output(number, first)) written = true;
  else if (!is_harmless(number, first, second)) marked = true;
}

#else

bool watch(void (*)(int)) { return false; }
void note(long, long, long) {}

#endif

}  // namespace interleave::runtime::system_calls
