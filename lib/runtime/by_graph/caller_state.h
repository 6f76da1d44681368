// CallerState: what the program's registers held when it called one of our functions, for pure_loops.cc.
// SPDX-License-Identifier: Apache-2.0
//
// In C++ a callee cannot know what its caller keeps in the callee-saved registers. So the functions concerned begin with a few
// instructions that store them, call the real function, and wipe the stack that it used, so that nothing of ours can be taken for the
// program's state by the next look at it. They do so only while `interleave_wants_caller` is set (exhaustive search); else it is a
// comparison and a jump, about a nanosecond.
//
// Limits: x86-64; elsewhere a loop is never found pure, and searches with spin loops need a bound of loops.
#pragma once

#include <cstdint>

#include "runtime/intercept/export.h"

struct CallerState {
  std::uint64_t rbx, rbp, r12, r13, r14, r15;
  std::uint64_t rsp;       // at the call: what the program has on its stack begins 8 bytes above, after the return address; 0: not known
  std::uint64_t returns_to;
};

extern "C" {
extern CallerState interleave_caller __attribute__((visibility("hidden")));
extern unsigned char interleave_wants_caller __attribute__((visibility("hidden")));
}

// As INTERLEAVE_CALLER(), in a function made by INTERLEAVE_ENTRY.
#define INTERLEAVE_CALLER_OF_ENTRY()                                                                                      \
  (interleave_wants_caller                                                                                              \
       ? (interleave::runtime::stack_in_use = interleave_caller.rsp + sizeof(void *), interleave_caller.returns_to)      \
       : INTERLEAVE_CALLER())

// INTERLEAVE_ENTRY(result, name, parameters) { body }: an exported function whose caller's state is stored. At most six registers of
// arguments.
#if defined(__x86_64__)
#define INTERLEAVE_ENTRY(result, name, ...)                                                \
  extern "C" result interleave_##name(__VA_ARGS__) __attribute__((visibility("hidden"))); \
  INTERLEAVE_EXPORT __attribute__((naked)) result name(__VA_ARGS__) {                      \
    asm("cmpb $0, interleave_wants_caller(%rip)\n\t"                                       \
        "je interleave_" #name "\n\t"                                                      \
        "movq %rbx, interleave_caller(%rip)\n\t"                                           \
        "movq %rbp, 8+interleave_caller(%rip)\n\t"                                         \
        "movq %r12, 16+interleave_caller(%rip)\n\t"                                        \
        "movq %r13, 24+interleave_caller(%rip)\n\t"                                        \
        "movq %r14, 32+interleave_caller(%rip)\n\t"                                        \
        "movq %r15, 40+interleave_caller(%rip)\n\t"                                        \
        "movq %rsp, 48+interleave_caller(%rip)\n\t"                                        \
        "movq (%rsp), %rax\n\t"                                                            \
        "movq %rax, 56+interleave_caller(%rip)\n\t"                                        \
        "subq $8, %rsp\n\t"                                                                \
        ".cfi_adjust_cfa_offset 8\n\t"                                                     \
        "call interleave_" #name "\n\t"                                                    \
        "addq $8, %rsp\n\t"                                                                \
        ".cfi_adjust_cfa_offset -8\n\t"                                                    \
        "movq $0, 48+interleave_caller(%rip)\n\t"                                          \
        "movq %rax, %r8\n\t"                                                               \
        "xorl %eax, %eax\n\t"                                                              \
        "movl $384, %ecx\n\t"                                                              \
        "leaq -3072(%rsp), %rdi\n\t"                                                       \
        "rep stosq\n\t"                                                                    \
        "movq %r8, %rax\n\t"                                                               \
        "ret");                                                                            \
  }                                                                                        \
  extern "C" result interleave_##name(__VA_ARGS__)
#else
#define INTERLEAVE_ENTRY(result, name, ...) INTERLEAVE_EXPORT result name(__VA_ARGS__)
#endif
