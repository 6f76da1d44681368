// interleave: the table of commands, and the one place where errors are printed.
// SPDX-License-Identifier: Apache-2.0

#include <cstdio>
#include <exception>

#include <fmt/format.h>

#include "options.h"
#include "support/interrupt.h"

namespace interleave::cli {

// The order is that of the bits in options.cc.
const Command kCommands[] = {
    {"run", "[options] [--] PROGRAM [ARGUMENTS]", "explore a program's tests", cmd_run},
    {"replay", "[options] [SCHEDULE | FILE] [--] [PROGRAM [ARGUMENTS]]",
     "run one schedule again; without argument, that of the last failure", cmd_replay},
    {"list", "[options] [--] PROGRAM [ARGUMENTS]", "name the tests of a program", cmd_list},
    {"explain", "[RULE]", "tell what a kind of finding means and how it is usually fixed",
     cmd_explain},
    {"doctor", "[--] [PROGRAM]", "check this machine, and what a program was built from",
     cmd_doctor},
    {"rewrite", "FILE [--diff] [-- COMPILER FLAGS]",
     "show what the compiler plugin makes of a source file", cmd_rewrite},
};
const std::size_t kCommandCount = sizeof kCommands / sizeof *kCommands;

int complain(const support::Error &error) {
  std::fflush(stdout);
  bool is_ours = error.exit_status == static_cast<int>(support::Exit::internal);
  fmt::print(stderr, "interleave: {}: {}\n", is_ours ? "internal error" : "error", error.message);
  if (is_ours) fmt::print(stderr, "  This is a bug in interleave.\n");
  if (!error.hint.empty()) fmt::print(stderr, "  hint: {}\n", error.hint);
  return error.exit_status;
}

report::TextOptions text_options(const Options &options, int fd) {
  constexpr int kUsual = 80, kMost = 120;  // wider tables are harder to read, not easier
  int width = support::is_terminal(fd) ? std::min(support::terminal_width(fd), kMost) : kUsual;
  return {width, options.is_full_view, support::Paint(support::use_color(options.color, fd))};
}

namespace {

int run(int argc, char **argv) {
  auto options = parse({argv + 1, argv + argc});
  if (!options) return complain(options.error());
  if (options->command == "--version") {
    fmt::print("interleave {}\n", INTERLEAVE_VERSION);
    return 0;
  }
  for (const std::string &warning : options->warnings)
    fmt::print(stderr, "interleave: warning: {}\n", warning);
  if (options->wants_help) {
    fmt::print("{}", help(options->command));
    return 0;
  }
  for (const Command &command : kCommands)
    if (options->command == command.name) return command.run(*options);
  return static_cast<int>(support::Exit::usage);
}

}  // namespace
}  // namespace interleave::cli

int main(int argc, char **argv) {
  interleave::support::watch_interrupts();
  try {
    return interleave::cli::run(argc, argv);
  } catch (const std::exception &e) {  // of a library: ours throw none
    return interleave::cli::complain(
        {e.what(), "", static_cast<int>(interleave::support::Exit::internal)});
  }
}
