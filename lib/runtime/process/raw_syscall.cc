// The only instructions of ours that call the kernel.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/process/raw_syscall.h"

#if defined(__x86_64__)

namespace interleave::runtime {

// From the registers of a C function's arguments to those of a system call's. kSyscallCodeBytes and kReturnFromSignal are what is laid out
// here.
[[gnu::naked, gnu::noinline, gnu::aligned(64)]] long raw_syscall(long, long, long, long, long, long, long) {
  asm("mov %rdi, %rax\n\t"
      "mov %rsi, %rdi\n\t"
      "mov %rdx, %rsi\n\t"
      "mov %rcx, %rdx\n\t"
      "mov %r8, %r10\n\t"
      "mov %r9, %r8\n\t"
      "mov 8(%rsp), %r9\n\t"
      "syscall\n\t"
      "ret\n\t"
      ".p2align 5\n\t"
      "mov $15, %eax\n\t"          // SYS_rt_sigreturn
      "syscall\n\t"
      ".p2align 6");
}

}  // namespace interleave::runtime

#endif
