// Fatal signals on the way to a finding.
// SPDX-License-Identifier: Apache-2.0
//
// The handler runs in whatever state the program left, so it uses neither heap nor stdio; the choices that led here are in the campaign's
// memory already. It does not pass the signal on: the process is a worker, and its end is our business (a core file
// for each failing execution would be slow and nobody's wish).
#include "runtime/process/crash.h"

#include <cxxabi.h>
#include <signal.h>
#include <sys/syscall.h>
#include <ucontext.h>

#include <cstdio>
#include <cstring>
#include <exception>
#include <typeinfo>

#include "runtime/by_graph/partial.h"
#include "runtime/execution.h"
#include "runtime/findings.h"
#include "runtime/process/raw_syscall.h"
#include "runtime/process/server.h"
#include "runtime/record.h"

namespace interleave::runtime::crash {
namespace {

constexpr int kWatchdogSignal = 63;      // sent by lib/driver/watchdog
constexpr int kFatal[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS};
alignas(16) char handler_stack[64 * 1024];

struct {
  model::Rule rule = model::Rule::crash;
  char text[sizeof(model::FindingRecord::message)] = "";
} reason;

std::uint64_t interrupted_pc(void *context) {
  auto *u = static_cast<ucontext_t *>(context);
#if defined(__x86_64__)
  return static_cast<std::uint64_t>(u->uc_mcontext.gregs[REG_RIP]);
#elif defined(__aarch64__)
  return u->uc_mcontext.pc;
#endif
}

const char *words(int signal) {
  switch (signal) {
    case SIGSEGV: return "segmentation fault (SIGSEGV)";
    case SIGBUS: return "bus error (SIGBUS)";
    case SIGFPE: return "arithmetic error (SIGFPE)";
    case SIGILL: return "illegal instruction (SIGILL)";
    case SIGABRT: return "abort() was called";
    case SIGTRAP: return "trap (SIGTRAP)";
    case SIGSYS: return "bad system call (SIGSYS)";
    default: return "fatal signal";
  }
}

void on_fatal(int signal, siginfo_t *info, void *context) {
  controlled = false;
  if (partial::is_on()) raw_syscall(SYS_exit_group, 128 + signal);      // the whole program will tell
  if (server::is_serving()) {          // no program code runs there: a mistake of ours
    char text[120];
    int length = std::snprintf(text, sizeof text, "interleave: internal error in the server process: %s\n", words(signal));
    raw_syscall(SYS_write, 2, reinterpret_cast<long>(text), length);
    raw_syscall(SYS_exit_group, 128 + signal);
  }
  server::enter_worker();
  auto &f = begin_finding(reason.rule);
  f.signal = signal;
  f.address = signal == SIGSEGV || signal == SIGBUS ? reinterpret_cast<std::uint64_t>(info->si_addr) : 0;
  add_party(f, execution.current->id, Op::program_exit, stack_of_signal(interrupted_pc(context)));
  std::snprintf(f.message, sizeof f.message, "%s", reason.text[0] ? reason.text : words(signal));
  publish_execution();
  execution.campaign->execution.ending = campaign::Ending::finding;
  raw_syscall(SYS_exit_group, 128 + signal);
}

void on_watchdog(int, siginfo_t *, void *context) {
  if (!server::is_worker()) return;
  if (partial::is_on()) raw_syscall(SYS_exit_group, 128);
  controlled = false;
  auto &f = begin_finding(model::Rule::uncontrolled);
  add_party(f, execution.current->id, Op::program_exit, stack_of_signal(interrupted_pc(context)));
  std::snprintf(f.message, sizeof f.message, "the execution did not move");
  publish_execution();
  execution.campaign->execution.ending = campaign::Ending::finding;
  raw_syscall(SYS_exit_group, 128);
}

[[noreturn]] void on_terminate() {
  Inside inside;
  if (std::type_info *type = abi::__cxa_current_exception_type()) {
    int status = 0;
    char *name = abi::__cxa_demangle(type->name(), nullptr, nullptr, &status);
    const char *what = "";
    try {
      throw;
    } catch (const std::exception &e) {
      what = e.what();
    } catch (...) {
    }
    std::snprintf(reason.text, sizeof reason.text, "an exception of type %s was not caught%s%s",
                  name ? name : type->name(), what[0] ? ": " : "", what);
  } else {
    std::snprintf(reason.text, sizeof reason.text, "std::terminate was called without an exception");
  }
  std::fprintf(stderr, "terminate called: %s\n", reason.text);
  std::abort();
}

}  // namespace

void install() {
  stack_t stack{};
  stack.ss_sp = handler_stack;
  stack.ss_size = sizeof handler_stack;
  sigaltstack(&stack, nullptr);
  struct sigaction action {};
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  action.sa_sigaction = on_fatal;
  for (int signal : kFatal) sigaction(signal, &action, nullptr);
  action.sa_sigaction = on_watchdog;
  sigaction(kWatchdogSignal, &action, nullptr);
  std::set_terminate(on_terminate);
}

void expect_assertion(const char *expression, const char *file, unsigned line) {
  const char *slash = std::strrchr(file, '/');
  reason.rule = model::Rule::assertion;
  std::snprintf(reason.text, sizeof reason.text, "%s:%u: %s", slash ? slash + 1 : file, line, expression);
}

}  // namespace interleave::runtime::crash
