// Options: the table of flags, and reading it.
// SPDX-License-Identifier: Apache-2.0
#include "options.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <thread>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "support/glob.h"

extern char **environ;

namespace interleave::cli {
namespace {

using support::Exit;
using support::Result;

// Which commands know a flag.
enum Commands : unsigned {
  kRun = 1,
  kReplay = 2,
  kList = 4,
  kExplain = 8,
  kDoctor = 16,
  kRewrite = 32,
  kAll = 63,
  kByGraph = 64     // with --strategy exhaustive only
};

unsigned command_bit(const std::string &name) {
  for (std::size_t i = 0; i < kCommandCount; i++)
    if (name == kCommands[i].name) return 1u << i;  // kCommands is in the order of Commands
  return 0;
}

struct Flag {
  const char *name;   // "bound"
  char letter;        // 0: none
  const char *value;  // "N"; null: none
  unsigned commands;
  const char *help;
  std::function<Result<void>(Options &, const std::string &)> set;
  bool has_environment = true;
  // "--bound" or "INTERLEAVE_BOUND"
  std::string option() const { return std::string("--") + name; }
  std::string variable() const {
    std::string text = std::string("INTERLEAVE_") + name;
    for (char &c : text)
      c = c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return text;
  }
};

template <class T>
Result<void> set_choice(T &target, const std::string &text,
                        std::initializer_list<std::pair<const char *, T>> choices) {
  std::string names;
  for (const auto &[name, value] : choices) {
    if (text == name) return target = value, Result<void>{};
    names += (names.empty() ? "" : ", ") + std::string(name);
  }
  return support::error(Exit::usage, fmt::format("'{}' is none of {}", text, names));
}

template <class T>
Result<void> set_number(T &target, const std::string &text, std::uint64_t least,
                        std::uint64_t most) {
  auto number = parse_number(text, least, most);
  if (!number) return tl::make_unexpected(number.error());
  target = static_cast<T>(*number);
  return {};
}

Result<void> set_switch(bool &target, const std::string &text) {
  return set_choice<bool>(
      target, text.empty() ? "1" : text,
      {{"1", true}, {"0", false}, {"on", true}, {"off", false}, {"true", true}, {"false", false}});
}

Result<void> set_bound(Options &o, const std::string &text) {
  constexpr std::uint64_t kMost = 1'000'000;
  o.has_bound = true;
  if (text == "unlimited") return o.explore.bound = UINT32_MAX, Result<void>{};
  if (auto number = set_number(o.explore.bound, text, 0, kMost); !number)
    return support::error(
        Exit::usage,
        fmt::format("'{}' is not a number of preemptions (0, 1, 2, ... or unlimited)", text));
  return {};
}

Result<void> set_keep_going(Options &o, const std::string &text) {
  if (text == "unlimited") return o.explore.keep_going = UINT32_MAX, Result<void>{};
  return set_number(o.explore.keep_going, text, 1, UINT32_MAX);
}

Result<void> set_jobs(Options &o, const std::string &text) {
  constexpr std::uint64_t kMost = 256;
  if (text != "all") return set_number(o.explore.jobs, text, 1, kMost);
  o.explore.jobs = std::clamp<std::uint32_t>(std::thread::hardware_concurrency(), 1, kMost);
  return {};
}

Result<void> set_max_time(Options &o, const std::string &text) {
  constexpr double kForever = 10 * 365.25 * 86400;  // ten years
  if (text == "none") return o.explore.max_time = kForever, Result<void>{};
  auto seconds = parse_duration(text);
  if (!seconds) return tl::make_unexpected(seconds.error());
  o.explore.max_time = *seconds;
  return {};
}

Result<void> set_patience(Options &o, const std::string &text) {
  constexpr double kLeast = 0.1;  // a busy machine's scheduler may take some of that
  auto seconds = parse_duration(text);
  if (!seconds) return tl::make_unexpected(seconds.error());
  if (*seconds < kLeast) return support::error(support::Exit::usage, "an execution that does nothing for less than 100ms may just be slow");
  o.explore.patience = *seconds;
  return {};
}

const std::vector<Flag> &flags() {
  using driver::Plan;
  static const std::vector<Flag> table = {
      {"test", 't', "GLOB", kRun | kReplay | kList,
       "only tests whose name matches (several: A*:B*, or -t again)",
       [](Options &o, const std::string &v) { return o.tests.push_back(v), Result<void>{}; }},
      {"bound", 'b', "N", kRun,
       "most preemptions; 0, 1, ... N are explored in order; or unlimited [2]", set_bound},
      {"strategy", 's', "NAME", kRun,
       "auto: bounded, then up to 2 x 500 sampled executions (10% of\n--max-time if the bound was "
       "not drained); "
       "bounded; random; pct; exhaustive: all executions, of each class of equivalent ones one [auto]",
       [](Options &o, const std::string &v) {
         return set_choice(o.explore.plan, v,
                           {{"auto", Plan::automatic},
                            {"bounded", Plan::bounded},
                            {"random", Plan::random},
                            {"pct", Plan::pct},
                            {"exhaustive", Plan::exhaustive}});
       }},
      {"seed", 0, "N", kRun, "of the sampling strategies [1]",
       [](Options &o, const std::string &v) {
         return set_number(o.explore.seed, v, 0, UINT64_MAX);
       }},
      {"executions", 0, "N", kRun, "most executions of a test (also --max-executions) [no limit]",
       [](Options &o, const std::string &v) {
         return set_number(o.explore.max_executions, v, 1, UINT64_MAX);
       }},
      {"max-executions", 0, "N", kRun, "",
       [](Options &o, const std::string &v) {
         return set_number(o.explore.max_executions, v, 1, UINT64_MAX);
       }},
      {"max-time", 0, "TIME", kRun, "of a test: 500ms, 60s, 10m, 1h, none [60s]", set_max_time},
      {"patience", 0, "TIME", kRun | kReplay | kList, "an execution in which nothing happens for so long hangs [10s]", set_patience},
      {"max-steps", 0, "N", kRun | kReplay, "visible operations of one execution [20000]",
       [](Options &o, const std::string &v) {
         return set_number(o.explore.max_steps, v, 1, UINT32_MAX);
       }},
      {"jobs", 'j', "[=N]", kRun | kByGraph,
       "exhaustive: processes that share the search; without N: one for each\nprocessor [1]", set_jobs},
      {"resume", 0, nullptr, kRun | kByGraph, "exhaustive: go on where the last run was interrupted",
       [](Options &o, const std::string &v) { return set_switch(o.explore.resumes, v); }},
      {"keep-going", 0, "[=N]", kRun, "go on after a finding, up to N different ones in a test [1]",
       set_keep_going},
      {"require-complete", 0, nullptr, kRun,
       "exit status 5 unless every test was explored completely",
       [](Options &o, const std::string &v) { return set_switch(o.require_complete, v); }},
      {"on-race", 0, "WHAT", kRun | kReplay,
       "stop: a race ends the execution; continue: go on and show what it\ndoes [stop]",
       [](Options &o, const std::string &v) {
         return set_choice(
             o.explore.on_race, v,
             {{"stop", campaign::OnRace::stop}, {"continue", campaign::OnRace::carry_on}});
       }},
      {"threads", 0, "KIND", kRun | kReplay,
       "fibers, or os: threads of the system, slower, for debuggers [fibers]",
       [](Options &o, const std::string &v) {
         return set_choice(
             o.explore.substrate, v,
             {{"fibers", campaign::Substrate::fibers}, {"os", campaign::Substrate::os}});
       }},
      {"memory-model", 0, "NAME", kRun,
       "c++: a load may read any store that the standard allows; sc: always\nthe last one [c++]",
       [](Options &o, const std::string &v) {
         return set_choice(
             o.explore.memory_model, v,
             {{"c++", campaign::MemoryModel::cxx}, {"sc", campaign::MemoryModel::sc}});
       }},
      {"run-all", 0, nullptr, kRun | kByGraph, "exhaustive: run also the executions in which all that happens is known",
       [](Options &o, const std::string &v) { return set_switch(o.explore.runs_all, v); }},
      {"assume-told-reads", 0, nullptr, kRun | kByGraph,
       "exhaustive: only code that was compiled by interleave-c++ reads what other\n"
       "threads wrote; then only threads that do something new run (faster)",
       [](Options &o, const std::string &v) { return set_switch(o.explore.assumes_told_reads, v); }},
      {"loop-bound", 0, "N", kRun | kByGraph,
       "exhaustive: executions in which a loop has more than N rounds are cut,\nif it does not only wait; 0: none [0]",
       [](Options &o, const std::string &v) {
         return set_number(o.explore.loop_bound, v, 0, 1'000'000);
       }},
      {"timeouts", 0, "N", kRun | kByGraph, "exhaustive: most timeouts of each thread [1]",
       [](Options &o, const std::string &v) { return set_number(o.explore.budgets_by_graph.timeouts, v, 0, 1000); }},
      {"spurious", 0, "N", kRun | kByGraph, "exhaustive: most spurious wake-ups of each thread [1]",
       [](Options &o, const std::string &v) { return set_number(o.explore.budgets_by_graph.spurious_wakeups, v, 0, 1000); }},
      {"weak-failures", 0, "N", kRun | kByGraph, "exhaustive: most compare_exchange_weak of each thread that fail\nwithout need [0]",
       [](Options &o, const std::string &v) { return set_number(o.explore.budgets_by_graph.weak_cas_failures, v, 0, 1000); }},
      {"output-dir", 'o', "DIR", kRun | kReplay, "where schedules and results go [.interleave]",
       [](Options &o, const std::string &v) { return o.output_dir = v, Result<void>{}; }},
      {"json", 0, "FILE", kRun | kReplay | kList, "also write a machine report; - is stdout",
       [](Options &o, const std::string &v) { return o.json = v, Result<void>{}; }},
      {"view", 0, "WHICH", kRun | kReplay,
       "short: what matters; full: every step, whole stacks [short]",
       [](Options &o, const std::string &v) {
         return set_choice(o.is_full_view, v, {{"short", false}, {"full", true}});
       }},
      {"color", 0, "WHEN", kAll, "auto, always, never [auto]",
       [](Options &o, const std::string &v) {
         using support::When;
         return set_choice(
             o.color, v,
             {{"auto", When::automatic}, {"always", When::always}, {"never", When::never}});
       }},
      {"progress", 0, "HOW", kRun, "auto, bar, lines (one every 30 s), none [auto]",
       [](Options &o, const std::string &v) {
         return set_choice(o.progress, v,
                           {{"auto", Progress::automatic},
                            {"bar", Progress::bar},
                            {"lines", Progress::lines},
                            {"none", Progress::none}});
       }},
      {"quiet", 'q', nullptr, kRun | kReplay, "findings and the summary only",
       [](Options &o, const std::string &v) { return set_switch(o.is_quiet, v); }},
      {"verbose", 'v', nullptr, kRun | kReplay | kDoctor, "more: coverage of each strategy, notes",
       [](Options &o, const std::string &v) { return set_switch(o.is_verbose, v); }},
      {"build-dir", 'p', "DIR", kRewrite, "where compile_commands.json is (default: searched upwards from FILE)",
       [](Options &o, const std::string &v) -> Result<void> {
         o.build_dir = v;
         return {};
       },
       false},
      {"diff", 0, nullptr, kRewrite, "show the difference instead of the rewritten file",
       [](Options &o, const std::string &v) { return set_switch(o.is_diff, v); }, false},
  };
  return table;
}

std::vector<std::string> option_names(unsigned commands) {
  std::vector<std::string> names{"--help"};
  for (const Flag &flag : flags())
    if (flag.commands & commands) names.push_back(flag.option());
  return names;
}

tl::unexpected<support::Error> usage_error(std::string message, std::string hint = "") {
  return support::error(Exit::usage, std::move(message), std::move(hint));
}

// CLI11 would tell of the word after an unknown flag, or nothing at all: ours are looked at first.
Result<void> check_names(const std::string &command, const std::vector<std::string> &words) {
  unsigned bit = command_bit(command);
  std::vector<std::string> known = option_names(bit);
  for (const std::string &word : words) {
    if (!word.starts_with("--")) continue;
    std::string name = word.substr(0, word.find('='));
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    std::vector<std::string> bare;
    for (const std::string &option : known) bare.push_back(option.substr(2));
    std::string near = support::nearest(name.substr(2), bare);
    if (!near.empty()) near = "--" + near;
    std::vector<std::string> all = option_names(kAll);
    if (std::find(all.begin(), all.end(), name) != all.end())
      return usage_error(fmt::format("{} is not an option of `interleave {}`", name, command),
                         fmt::format("interleave {} --help lists its options", command));
    if (!near.empty())
      return usage_error(fmt::format("unknown option {}. Did you mean {}?", name, near));
    return usage_error(
        fmt::format("unknown option {}", name),
        fmt::format("interleave {} --help lists the options; the program's own go after --",
                    command));
  }
  return {};
}

// `--keep-going` and `--jobs` take their value only with '=': without, the next word is the program. `-j 4` has one if it is a number.
std::vector<std::string> with_values(std::vector<std::string> words) {
  const auto is_number = [](const std::string &word) {
    return !word.empty() && word.find_first_not_of("0123456789") == std::string::npos;
  };
  for (std::size_t i = 0; i < words.size(); i++) {
    if (words[i] == "--keep-going") words[i] = "--keep-going=unlimited";
    if (words[i] != "-j" && words[i] != "--jobs") continue;
    if (i + 1 == words.size() || !is_number(words[i + 1])) words[i] = "--jobs=all";
  }
  return words;
}

Result<void> apply(const Flag &flag, Options &options, const std::string &value,
                   const std::string &origin) {
  if (flag.commands & kByGraph) options.option_by_graph = flag.option();
  auto set = flag.set(options, value);
  if (set) return {};
  return usage_error(fmt::format("{}: {}", origin, set.error().message), set.error().hint);
}

Result<void> read_flags(Options &options, const std::vector<std::string> &words) {
  CLI::App app;
  app.set_help_flag();
  app.add_flag("-h,--help", options.wants_help);
  unsigned bit = command_bit(options.command);
  std::vector<std::vector<std::string>> values(flags().size());
  std::vector<CLI::Option *> given(flags().size());
  for (std::size_t i = 0; i < flags().size(); i++) {
    const Flag &flag = flags()[i];
    if (!(flag.commands & bit)) continue;
    std::string names =
        flag.letter ? fmt::format("-{},{}", flag.letter, flag.option()) : flag.option();
    given[i] =
        flag.value
            ? app.add_option(names, values[i])->expected(1)->take_all()->allow_extra_args(false)
            : static_cast<CLI::Option *>(app.add_flag(names));
  }
  app.add_option("words", options.words);
  std::vector<std::string> reversed(words.rbegin(), words.rend());
  try {
    app.parse(reversed);
  } catch (const CLI::ExtrasError &) {
    std::vector<std::string> rest = app.remaining();
    return usage_error(
        fmt::format("unknown option {}", rest.empty() ? "" : rest.front()),
        fmt::format("interleave {} --help lists the options; the program's own go after --",
                    options.command));
  } catch (const CLI::ParseError &e) { return usage_error(e.what()); }
  for (std::size_t i = 0; i < flags().size(); i++) {
    if (!given[i] || given[i]->count() == 0) continue;
    const Flag &flag = flags()[i];
    if (!flag.value) values[i] = {""};
    for (const std::string &value : values[i])
      if (auto set = apply(flag, options, value, flag.option()); !set) return set;
  }
  return {};
}

// Variables of ours that are no flags: the session's, the compiler wrapper's.
constexpr std::string_view kOtherVariables[] = {"INTERLEAVE_SESSION", "INTERLEAVE_CXX",
                                                "INTERLEAVE_CC", "INTERLEAVE_DISABLE",
                                                "INTERLEAVE_REWRITE"};

Result<void> read_environment(Options &options) {
  unsigned bit = command_bit(options.command);
  std::vector<std::string> known;
  for (const Flag &flag : flags())
    if (flag.has_environment) known.push_back(flag.variable());
  for (char **entry = environ; *entry; entry++) {
    std::string_view text = *entry;
    if (!text.starts_with("INTERLEAVE_")) continue;
    std::string name(text.substr(0, text.find('=')));
    if (std::find(std::begin(kOtherVariables), std::end(kOtherVariables), name) !=
        std::end(kOtherVariables))
      continue;
    auto flag = std::find_if(flags().begin(), flags().end(), [&](const Flag &f) {
      return f.has_environment && f.variable() == name;
    });
    if (flag == flags().end()) {
      std::string near = support::nearest(name, known);
      options.warnings.push_back(
          fmt::format("unknown environment variable {}{}", name,
                      near.empty() ? "" : fmt::format(". Did you mean {}?", near)));
      continue;
    }
    if (!(flag->commands & bit)) continue;
    if (auto set = apply(*flag, options, std::string(text.substr(name.size() + 1)),
                         "environment variable " + name);
        !set)
      return set;
  }
  return {};
}

}  // namespace

Result<std::uint64_t> parse_number(const std::string &text, std::uint64_t least,
                                   std::uint64_t most) {
  std::uint64_t number = 0;
  auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end != text.data() + text.size() || number < least ||
      number > most) {
    std::string range = most == UINT64_MAX ? fmt::format("{} or more", least)
                        : least == most    ? fmt::format("it can only be {} in this version", least)
                                           : fmt::format("{} to {}", least, most);
    return usage_error(fmt::format("'{}' is not a number in range ({})", text, range));
  }
  return number;
}

Result<double> parse_duration(const std::string &text) {
  double number = 0;
  auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  std::string unit(end, text.data() + text.size());
  double scale = unit == "ms"                  ? 1e-3
                 : unit.empty() || unit == "s" ? 1
                 : unit == "m"                 ? 60
                 : unit == "h"                 ? 3600
                                               : 0;
  constexpr double kLeast = 1e-3;
  if (failure != std::errc() || scale == 0 || !(number * scale >= kLeast) || number * scale > 1e9)
    return usage_error(fmt::format("'{}' is not a time (as in 500ms, 60s, 10m, 1h)", text));
  return number * scale;
}

std::vector<std::string> Options::program_after(std::size_t words_before) const {
  if (has_separator) return program;
  if (words.size() <= words_before) return {};
  return {words.begin() + static_cast<std::ptrdiff_t>(words_before), words.end()};
}

Result<Options> parse(const std::vector<std::string> &arguments) {
  Options options;
  auto separator = std::find(arguments.begin(), arguments.end(), "--");
  std::vector<std::string> ours(arguments.begin(), separator);
  options.has_separator = separator != arguments.end();
  if (options.has_separator) options.program.assign(separator + 1, arguments.end());
  if (ours.empty() || ours[0] == "--help" || ours[0] == "-h" || ours[0] == "help") {
    options.wants_help = true;
    if (ours.size() > 1) options.command = ours[1];
    else if (ours.empty() && !arguments.empty())
      return usage_error("no command before --", "interleave run -- PROGRAM explores a program");
    return options;
  }
  options.command = ours[0];
  ours.erase(ours.begin());
  if (options.command == "--version") return options;
  if (command_bit(options.command) == 0) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < kCommandCount; i++) names.push_back(kCommands[i].name);
    std::string near = support::nearest(options.command, names);
    bool is_option = options.command.starts_with("-");
    return usage_error(
        fmt::format("unknown {} {}{}", is_option ? "option" : "command", options.command,
                    near.empty() ? "" : fmt::format(". Did you mean {}?", near)),
        "interleave --help lists the commands");
  }
  if (auto checked = check_names(options.command, ours); !checked)
    return tl::make_unexpected(checked.error());
  if (auto read = read_environment(options); !read) return tl::make_unexpected(read.error());
  options.flags = ours;
  std::vector<std::string> tests_of_environment = std::exchange(options.tests, {});
  if (auto read = read_flags(options, with_values(ours)); !read)
    return tl::make_unexpected(read.error());
  if (options.tests.empty())
    options.tests = tests_of_environment;  // a flag outranks the environment
  options.flags.resize(options.flags.size() - std::min(options.flags.size(), options.words.size()));
  if (!options.option_by_graph.empty() && options.explore.plan != driver::Plan::exhaustive)
    return usage_error(fmt::format("{} is for --strategy exhaustive only", options.option_by_graph));
  return options;
}

std::string help(const std::string &command) {
  if (command_bit(command) == 0) {
    std::string text =
        "interleave finds concurrency bugs by running a program under every schedule.\n\nusage: "
        "interleave COMMAND "
        "[options] [--] PROGRAM [ARGUMENTS]\n\ncommands:\n";
    for (std::size_t i = 0; i < kCommandCount; i++)
      text += fmt::format("  {:<9} {}\n", kCommands[i].name, kCommands[i].does);
    return text +
           "\ninterleave COMMAND --help tells more; exit statuses: 0 no finding, 1 finding, 2 "
           "usage,\n3 program cannot "
           "be tested, 4 nothing tested, 5 incomplete, 6 not reproducible,\n70 internal error, "
           "130/143 interrupted.\n";
  }
  auto which = std::find_if(kCommands, kCommands + kCommandCount,
                            [&](const Command &c) { return command == c.name; });
  std::string text = fmt::format(
      "usage: interleave {} {}\n\n{}.\n\noptions (each also as environment variable "
      "INTERLEAVE_NAME):\n",
      which->name, which->usage, which->does);
  unsigned bit = command_bit(command);
  for (const Flag &flag : flags()) {
    if (!(flag.commands & bit) || !*flag.help) continue;
    std::string names = (flag.letter ? fmt::format("-{}, ", flag.letter) : "    ") + flag.option();
    if (flag.value) names += (flag.value[0] == '[' ? "" : " ") + std::string(flag.value);
    std::string lines = flag.help;
    for (std::size_t at = 0; (at = lines.find('\n', at)) != std::string::npos; at += 29)
      lines.replace(at, 1, "\n" + std::string(28, ' '));
    text += fmt::format("  {:<24}  {}\n", names, lines);
  }
  return text;
}

}  // namespace interleave::cli
