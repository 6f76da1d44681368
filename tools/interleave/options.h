// Options: every flag of `interleave` once: its name, environment variable, default, help, and what
// it sets. SPDX-License-Identifier: Apache-2.0
//
// CLI11 reads the words, with precautions: the command line is split at the first `--` before CLI11
// sees it (a misspelt flag must never be taken for a part of the program's), unknown flags are
// named with the nearest known one, every error is exit status 2, and values from the environment
// are blamed on the environment.
#pragma once

#include <string>
#include <vector>

#include "driver/explore.h"
#include "report/columns.h"
#include "support/exit.h"
#include "support/terminal.h"

namespace interleave::cli {

enum class Progress { automatic, bar, lines, none };

struct Options {
  std::string command;               // "run"
  std::vector<std::string> words;    // what stood before `--` and is no flag
  std::vector<std::string> program;  // what stood after it
  bool has_separator = false;
  std::vector<std::string> flags;    // what stood before it, without the words

  std::vector<std::string> tests;  // globs
  driver::ExploreOptions explore;
  bool has_bound = false, require_complete = false;
  std::string option_by_graph;  // one given that only --strategy exhaustive has
  std::string output_dir, json;
  bool is_full_view = false, is_quiet = false, is_verbose = false;
  support::When color = support::When::automatic;
  Progress progress = Progress::automatic;
  bool wants_help = false, is_diff = false;
  std::string build_dir;                // rewrite: where compile_commands.json is; empty: searched for
  std::vector<std::string> warnings;

  // The program and its arguments: after `--`, else the words from the n-th on.
  std::vector<std::string> program_after(std::size_t words_before) const;
};

// parse() reads argv without its first word. Errors: exit status 2.
support::Result<Options> parse(const std::vector<std::string> &arguments);

// help() is the text of --help for a command; empty name: of interleave itself.
std::string help(const std::string &command);

// Each parses one value; errors say what would be right.
support::Result<double> parse_duration(
    const std::string &text);  // "60s", "10m", "1.5h", "250ms", "60"
support::Result<std::uint64_t> parse_number(const std::string &text, std::uint64_t least,
                                            std::uint64_t most);

struct Command {
  const char *name;
  const char *usage;  // after the name
  const char *does;
  int (*run)(const Options &options);
};
extern const Command kCommands[];
extern const std::size_t kCommandCount;

// complain() prints an error as all errors are printed, and returns its exit status.
int complain(const support::Error &error);

report::TextOptions text_options(const Options &options, int fd);

int cmd_run(const Options &options);
int cmd_replay(const Options &options);
int cmd_list(const Options &options);
int cmd_explain(const Options &options);
int cmd_doctor(const Options &options);
int cmd_rewrite(const Options &options);

}  // namespace interleave::cli
