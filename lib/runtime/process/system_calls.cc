// The handler that the kernel calls instead.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/process/system_calls.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <ucontext.h>

#include <cstdint>

#include "runtime/process/raw_syscall.h"

namespace interleave::runtime::system_calls {

#if defined(__x86_64__)

namespace {

constexpr long kSetDispatch = 59, kDispatchOff = 0, kDispatchOn = 1;       // PR_SET_SYSCALL_USER_DISPATCH ...
constexpr unsigned char kBlock = 1;                                         // SYSCALL_DISPATCH_FILTER_BLOCK
constexpr int kOfDispatch = 2;                                              // si_code SYS_USER_DISPATCH
constexpr long kInstructionBytes = 2, kGetTerminal = 0x5401 /* TCGETS */, kSignalSetBytes = 8;

// As the kernel has it; libc's sigaction() would have the handler return through libc, by a system call there.
struct KernelAction {
  void (*handler)(int, siginfo_t *, void *);
  unsigned long flags;
  unsigned long restorer;
  std::uint64_t mask;
};
constexpr unsigned long kHasRestorer = 0x04000000;                          // SA_RESTORER

unsigned char selector = kBlock;
bool marked, written;
void (*called_at_exit)(int);
KernelAction before;

bool is_write_of_output(long number, long a) { return (number == SYS_write || number == SYS_writev) && (a == 1 || a == 2); }

// Does the call leave nothing behind?
bool is_harmless(long number, long b) {
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
    case SYS_getrusage:
    case SYS_uname:
    case SYS_sysinfo:
    case SYS_times:
    case SYS_time:
    case SYS_gettimeofday:
    case SYS_clock_gettime:
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
    case SYS_futex: return true;                       // leaves nothing behind in the kernel
    case SYS_ioctl: return b == kGetTerminal;
    default: return false;
  }
}

void on_call(int signal, siginfo_t *info, void *context) {
  if (info->si_code != kOfDispatch) {
    if (before.handler) before.handler(signal, info, context);
    return;
  }
  auto &registers = static_cast<ucontext_t *>(context)->uc_mcontext.gregs;
  const long number = registers[REG_RAX], a = registers[REG_RDI], b = registers[REG_RSI];
  const bool writes = is_write_of_output(number, a);
  if (writes || is_harmless(number, b)) {
    written |= writes;
    registers[REG_RAX] = raw_syscall(number, a, b, registers[REG_RDX], registers[REG_R10], registers[REG_R8], registers[REG_R9]);
    return;
  }
  if (number == SYS_exit_group) {                      // called when the handler returns, as by the function that it interrupted
    constexpr long long kRedZone = 128, kStackAlignment = 16;
    registers[REG_RSP] = ((registers[REG_RSP] - kRedZone) & ~(kStackAlignment - 1)) - static_cast<long long>(sizeof(void *));
    registers[REG_RIP] = reinterpret_cast<long long>(called_at_exit);
    return;
  }
  marked = true;
  raw_syscall(SYS_prctl, kSetDispatch, kDispatchOff);
  registers[REG_RIP] -= kInstructionBytes;             // it is done when the handler returns
}

}  // namespace

bool watch(void (*at_exit)(int)) {
  called_at_exit = at_exit;
  const auto code = reinterpret_cast<unsigned long>(&raw_syscall);
  std::uint64_t blocked = 0;
  raw_syscall(SYS_rt_sigprocmask, SIG_BLOCK, 0, reinterpret_cast<long>(&blocked), kSignalSetBytes);
  if (blocked >> (SIGSYS - 1) & 1) return false;
  // On the stack of its own that crash.h has set up.
  const KernelAction action{on_call, SA_SIGINFO | SA_ONSTACK | SA_NODEFER | kHasRestorer, code + kReturnFromSignal, 0};
  const long failed = raw_syscall(SYS_rt_sigaction, SIGSYS, reinterpret_cast<long>(&action), reinterpret_cast<long>(&before), kSignalSetBytes);
  return !failed && raw_syscall(SYS_prctl, kSetDispatch, kDispatchOn, static_cast<long>(code), kSyscallCodeBytes,
                     reinterpret_cast<long>(&selector)) == 0;
}

#else

namespace {
bool marked, written;
}
bool watch(void (*)(int)) { return false; }

#endif

bool is_marked() { return marked; }
bool has_written() { return written; }
void forget_writes() { written = false; }

}  // namespace interleave::runtime::system_calls
