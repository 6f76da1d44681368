// interleave replay: one execution under a given schedule, recorded and told in full.
// SPDX-License-Identifier: Apache-2.0
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <optional>

#include <fmt/format.h>

#include "driver/confirm.h"
#include "driver/program.h"
#include "driver/save.h"
#include "driver/tests.h"
#include "driver/workspace.h"
#include "options.h"
#include "report/json.h"
#include "report/text.h"
#include "support/fs.h"
#include "support/interrupt.h"

namespace interleave::cli {
namespace {

using support::Exit;
using support::Result;

// What is to be replayed, from wherever it came.
struct Wanted {
  model::Schedule schedule;
  std::vector<std::string> command;
  std::string test;  // empty: the only one
  driver::ExploreOptions explore;
};

bool looks_like_schedule(const std::string &word) {
  return word.starts_with("il") && word.find(':') != std::string::npos &&
         word.find('/') == std::string::npos;
}

Result<Wanted> wanted_of_file(const Options &options, const std::string &path,
                              std::vector<std::string> command) {
  auto saved = driver::read_schedule_file(path);
  if (!saved) return tl::make_unexpected(saved.error());
  Wanted wanted{saved->schedule, std::move(command),
                saved->test_kind == "program" ? "" : saved->test, options.explore};
  if (wanted.command.empty()) wanted.command = saved->command;
  if (wanted.command.empty())
    return support::error(Exit::usage, fmt::format("{} does not say which program it is of", path),
                          "name the program after --");
  wanted.explore.on_race = saved->options.on_race;
  if (options.explore.max_steps == driver::ExploreOptions{}.max_steps)
    wanted.explore.max_steps = saved->options.max_steps;
  return wanted;
}

Result<Wanted> find_wanted(const Options &options) {
  bool has_what = !options.words.empty();
  std::vector<std::string> command =
      options.program_after(has_what && !options.has_separator ? 1 : 0);
  if (options.has_separator && options.words.size() > 1)
    return support::error(Exit::usage,
                          fmt::format("unexpected word before --: {}", options.words[1]));
  if (!has_what) {
    auto last = driver::last_schedule(options.output_dir);
    if (!last) return tl::make_unexpected(last.error());
    return wanted_of_file(options, *last, std::move(command));
  }
  const std::string &what = options.words[0];
  if (!looks_like_schedule(what)) return wanted_of_file(options, what, std::move(command));
  auto schedule = model::parse_schedule(what);
  if (!schedule)
    return support::error(Exit::usage, schedule.error().message, schedule.error().hint);
  if (command.empty())
    return support::error(Exit::usage, "which program is this schedule of?",
                          fmt::format("interleave replay '{}' -- PROGRAM", what));
  return Wanted{*schedule, std::move(command), "", options.explore};
}

Result<driver::Test> find_test(const Options &options, const Wanted &wanted,
                               const driver::Program &program) {
  auto scratch = driver::Scratch::make(program, "");
  if (!scratch) return tl::make_unexpected(scratch.error());
  campaign::Settings settings;
  settings.substrate = wanted.explore.substrate;
  auto all =
      driver::find_tests(program, settings, scratch->output_file(0), wanted.explore.patience);
  if (!all) return tl::make_unexpected(all.error());
  std::vector<std::string> globs = options.tests;
  if (globs.empty() && !wanted.test.empty()) globs = {wanted.test};
  std::vector<driver::Test> tests = driver::select_tests(*all, globs);
  if (tests.size() == 1) return tests[0];
  std::string hint =
      fmt::format("name one with --test; interleave list -- {} shows them", program.shown);
  if (tests.empty())
    return support::error(Exit::nothing_tested, fmt::format("no test of {} matches", program.shown),
                          hint);
  return support::error(Exit::usage,
                        fmt::format("a schedule is of one test, but {} tests match", tests.size()),
                        hint);
}

// The fingerprint of this build's default execution; nothing when it cannot be had.
std::optional<std::uint32_t> fingerprint_now(driver::Workbench &bench) {
  campaign::Settings settings = bench.settings();
  settings.strategy = campaign::Strategy::replay;
  settings.max_executions = 1;
  auto opening = bench.start(driver::Role::search, settings);
  if (!opening || opening->kind != driver::Opening::Kind::ready) return std::nullopt;
  driver::Session::Answer answer = opening->session->carry_out(settings, {});
  campaign::Campaign &c = opening->session->campaign();
  if (answer.kind != driver::Session::Answer::Kind::done) return std::nullopt;
  if (c.done == campaign::Done::need_carriers) {
    bench.raise_carriers(c.carriers_needed);
    opening->session.reset();
    return fingerprint_now(bench);
  }
  return c.progress.default_fingerprint;
}

int tell_divergence(const driver::Replayed &replayed, bool has_same_fingerprint,
                    std::uint32_t wanted, std::uint32_t found) {
  std::string why =
      has_same_fingerprint
          ? fmt::format(
                "The fingerprint {:04x} matches this build, so the text was probably edited.",
                wanted)
          : fmt::format(
                "The schedule is of another build: its fingerprint is {:04x}, this program's is "
                "{:04x}.",
                wanted, found);
  return complain({fmt::format("cannot follow the schedule: {}.\n  {}", replayed.sentence, why), "",
                   static_cast<int>(Exit::diverged)});
}

int tell_finding(const Options &options, const Wanted &wanted, const driver::Program &program,
                 const driver::Test &test, report::Finding finding) {
  finding.test = test.name;
  finding.program = program.shown;
  finding.replay_command = driver::replay_command(finding, program, test, wanted.explore);
  if (options.json != "-") {
    fmt::print("{}", report::finding_text(finding, text_options(options, STDOUT_FILENO)));
    fmt::print("\nSUMMARY: interleave: {}\n", report::summary_of(finding));
  }
  if (options.json == "-") fmt::print("{}", report::finding_json(finding));
  else if (!options.json.empty())
    if (auto saved = support::write_file(options.json, report::finding_json(finding)); !saved)
      complain(saved.error());
  return static_cast<int>(finding.rule == model::Rule::nondeterminism ? Exit::diverged
                                                                      : Exit::finding);
}

int tell_pass(const Options &options, const std::string &test, const char *why) {
  support::Paint paint = text_options(options, STDOUT_FILENO).paint;
  if (!options.is_quiet) fmt::print("{} {} — {}\n", paint.green("PASS"), test, why);
  return 0;
}

}  // namespace

int cmd_replay(const Options &options) {
  auto wanted = find_wanted(options);
  if (!wanted) return complain(wanted.error());
  wanted->explore.memory_model =
      wanted->schedule.is_sc ? campaign::MemoryModel::sc : campaign::MemoryModel::cxx;
  wanted->explore.plan = wanted->schedule.is_by_graph ? driver::Plan::exhaustive : driver::Plan::bounded;
  if (wanted->schedule.fails_weakly) wanted->explore.budgets_by_graph.weak_cas_failures = 1;
  auto program = driver::find_program(wanted->command);
  if (!program) return complain(program.error());
  auto test = find_test(options, *wanted, *program);
  if (!test) return complain(test.error());
  auto scratch = driver::Scratch::make(*program, test->name);
  if (!scratch) return complain(scratch.error());
  driver::Workbench bench(*program, *test, wanted->explore, std::move(*scratch));
  std::uint32_t fingerprint = fingerprint_now(bench).value_or(wanted->schedule.fingerprint);
  // explore() in a program that runs directly knows no fingerprint.
  bool is_same = fingerprint == wanted->schedule.fingerprint || wanted->schedule.fingerprint == 0;
  if (!is_same)
    fmt::print(stderr,
               "interleave: warning: the schedule is of another build (fingerprint {:04x}, this "
               "program's is {:04x}); "
               "trying all the same\n",
               wanted->schedule.fingerprint, fingerprint);
  driver::Replayed replayed = driver::replay_once(bench, wanted->schedule.deviations, nullptr);
  using Kind = driver::Replayed::Kind;
  switch (replayed.kind) {
    case Kind::finding:
      replayed.finding.schedule.text = 
          model::to_text(bench.schedule(fingerprint, wanted->schedule.deviations));
      return tell_finding(options, *wanted, *program, *test, std::move(replayed.finding));
    case Kind::passed:
      return tell_pass(options, test->name, "nothing goes wrong under this schedule");
    case Kind::truncated:
      return tell_pass(options, test->name,
                       "nothing went wrong before the step budget was used up (--max-steps)");
    case Kind::diverged:
      return tell_divergence(replayed, is_same, wanted->schedule.fingerprint, fingerprint);
    case Kind::interrupted:
      return static_cast<int>(support::interrupt_signal() == SIGINT ? Exit::interrupted
                                                                    : Exit::terminated);
    case Kind::sequential:
      if (!WIFEXITED(replayed.status) || WEXITSTATUS(replayed.status) != 0)
        return complain(
            {fmt::format("{} failed before it reached a scheduling point (wait status {:#x})",
                         test->name, replayed.status),
             "", static_cast<int>(Exit::finding)});
      return complain(
          {fmt::format("{} never reaches a scheduling point, so there is nothing to replay",
                       test->name),
           "", static_cast<int>(Exit::nothing_tested)});
    case Kind::hung:
      fmt::print("FAIL {} — {} (interleave/{}): {}\n", test->name,
                 model::text(model::Rule::uncontrolled).title,
                 model::text(model::Rule::uncontrolled).id, replayed.sentence);
      return static_cast<int>(Exit::finding);
    case Kind::broken: break;
  }
  return complain({fmt::format("cannot replay {}: {}", test->name, replayed.sentence), "",
                   static_cast<int>(Exit::untestable)});
}

}  // namespace interleave::cli
