// System calls that bypass every interposed function.
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace interleave::runtime {

// raw_syscall() returns the kernel's answer: negative errno on failure. Does not touch errno.
#if defined(__x86_64__)
// In one place, so that calls of ours can be told from the program's by their address (system_calls.h).
long raw_syscall(long number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0, long f = 0);

// That place: the code of raw_syscall(), and behind it what a signal's handler returns to.
inline constexpr unsigned long kSyscallCodeBytes = 64, kReturnFromSignal = 32;
#elif defined(__aarch64__)
inline long raw_syscall(long number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0, long f = 0) {
  register long x8 asm("x8") = number;
  register long x0 asm("x0") = a;
  register long x1 asm("x1") = b;
  register long x2 asm("x2") = c;
  register long x3 asm("x3") = d;
  register long x4 asm("x4") = e;
  register long x5 asm("x5") = f;
  asm volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
  return x0;
}
#endif

}  // namespace interleave::runtime
