// interleave doctor: what this machine allows, and what a program was built from.
// SPDX-License-Identifier: Apache-2.0
#include <sys/auxv.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cstdio>

#include <fmt/format.h>

#include "campaign/campaign.h"
#include "driver/program.h"
#include "options.h"
#include "support/fs.h"

namespace interleave::cli {
namespace {

void line(const support::Paint &paint, bool is_good, const std::string &what,
          const std::string &text) {
  fmt::print("  {} {:<16} {}\n", is_good ? paint.green("ok  ") : paint.yellow("note"), what, text);
}

// Set by the kernel in AT_HWCAP2 when user code may load the FS base itself.
bool has_fsgsbase() {
#if defined(__x86_64__)
  constexpr unsigned long kFsGsBase = 1 << 1;
  return (getauxval(AT_HWCAP2) & kFsGsBase) != 0;
#else
  return true;  // AArch64: tpidr_el0 is always writable
#endif
}

bool may_fix_addresses() {
  int now = personality(0xffffffff);
  if (now < 0 || personality(static_cast<unsigned long>(now) | ADDR_NO_RANDOMIZE) < 0) return false;
  bool is_set = (personality(0xffffffff) & ADDR_NO_RANDOMIZE) != 0;
  personality(static_cast<unsigned long>(now));
  return is_set;
}

std::string helper_beside_us(const std::string &name) {
  char path[4096];
  ssize_t length = readlink("/proc/self/exe", path, sizeof path);
  std::string self(path, length > 0 ? static_cast<std::size_t>(length) : 0);
  std::string folder = self.substr(0, self.rfind('/'));
  for (const std::string &candidate : {folder + "/" + name, folder + "/../lib/interleave/" + name,
                                       folder + "/../instrument/" + name})
    if (access(candidate.c_str(), F_OK) == 0) return support::relative_to_here(candidate);
  return "";
}

void check_machine(const support::Paint &paint) {
  utsname system{};
  uname(&system);
  fmt::print("interleave {} (interface {}, schedule text il1)\n", INTERLEAVE_VERSION,
             campaign::kAbi);
  fmt::print("{} {} {}\n\nmachine:\n", system.sysname, system.release, system.machine);
  line(paint, has_fsgsbase(), "fibers",
       has_fsgsbase() ? "switch without a system call (FSGSBASE)"
                      : "need a system call for each switch (no FSGSBASE)");
  bool is_fixed = may_fix_addresses();
  line(paint, is_fixed, "addresses",
       is_fixed ? "randomisation can be turned off"
                : "randomisation stays on here; nothing depends on it");
  auto ptrace = support::read_file("/proc/sys/kernel/yama/ptrace_scope");
  bool is_open = !ptrace || ptrace->starts_with("0") || ptrace->starts_with("1");
  line(paint, is_open, "watchdog",
       is_open ? "can tell in which system call a program hangs"
               : "cannot tell in which system call a program hangs (ptrace_scope)");
  rlimit space{}, files{}, processes{};
  getrlimit(RLIMIT_AS, &space);
  getrlimit(RLIMIT_NOFILE, &files);
  getrlimit(RLIMIT_NPROC, &processes);
  bool has_space = space.rlim_cur == RLIM_INFINITY || space.rlim_cur > 2 * campaign::kCampaignBytes;
  line(paint, has_space, "address space",
       has_space ? "enough"
                 : "limited (ulimit -v): the shared memory file needs 17 GB of it, not of memory");
  line(paint, files.rlim_cur >= 1024, "open files", fmt::format("{} allowed", files.rlim_cur));
  if (processes.rlim_cur == RLIM_INFINITY) line(paint, true, "processes", "no limit");
  else
    line(paint, processes.rlim_cur >= 256, "processes",
         fmt::format("{} allowed", processes.rlim_cur));
  std::string rewriter = helper_beside_us("interleave-rewrite");
  line(paint, !rewriter.empty(), "rewriter",
       rewriter.empty() ? "not found: `interleave rewrite` will not work" : rewriter);
}

int check_program(const driver::Instrumentation &found, const std::string &shown,
                  const support::Paint &paint) {
  fmt::print("\n{}:\n", shown);
  if (!found.is_elf)
    return complain({fmt::format("{} is no 64-bit ELF file", shown), "",
                     static_cast<int>(support::Exit::untestable)});
  bool is_same = found.runtime_abi == static_cast<int>(campaign::kAbi);
  bool is_unknown = !found.has_runtime && !found.has_symbols;
  line(paint, found.has_runtime && is_same, "runtime",
       found.has_runtime ? fmt::format("linked, interface {}{}", found.runtime_abi,
                                       is_same ? "" : " (another version!)")
       : is_unknown      ? "cannot tell: the symbols were stripped"
                         : "not linked");
  line(paint, found.calls_tsan_abi, "accesses",
       found.calls_tsan_abi ? "plain memory accesses are instrumented"
                            : "no instrumented memory access: data races stay unseen");
  line(paint, found.with_note() > 0, "objects",
       fmt::format("{} of {} carry the interleave note", found.with_note(), found.objects.size()));
  for (const auto &object : found.objects)
    if (object.has_note)
      fmt::print("       {}  {} ({})\n", object.file, object.mode, object.version);
  for (const auto &object : found.objects)
    if (!object.has_note)
      fmt::print("       {}  {}\n", object.file, paint.yellow("no note: built without the plugin"));
  return found.has_runtime && is_same ? 0
         : is_unknown                 ? 0
                                      : static_cast<int>(support::Exit::untestable);
}

}  // namespace

int cmd_doctor(const Options &options) {
  support::Paint paint = text_options(options, STDOUT_FILENO).paint;
  check_machine(paint);
  std::vector<std::string> command = options.program_after(0);
  if (command.empty()) return 0;
  auto path = support::find_program(command[0]);
  if (!path) return complain(path.error());
  return check_program(driver::instrumentation_of(*path), command[0], paint);
}

}  // namespace interleave::cli
