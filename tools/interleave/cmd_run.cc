// interleave run: explores a program's tests and tells what came out.
// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <map>

#include <fmt/format.h>

#include "driver/checkpoint.h"
#include "driver/explore.h"
#include "driver/program.h"
#include "driver/save.h"
#include "driver/tests.h"
#include "driver/workspace.h"
#include "options.h"
#include "progress.h"
#include "report/json.h"
#include "report/text.h"
#include "support/fs.h"
#include "support/interrupt.h"

namespace interleave::cli {
namespace {

using support::Exit;

report::RunSettings settings_of(const Options &o) {
  using driver::Plan;
  report::RunSettings s;
  s.strategy = o.explore.plan == Plan::automatic ? "auto"
               : o.explore.plan == Plan::bounded ? "bounded"
               : o.explore.plan == Plan::random  ? "random"
               : o.explore.plan == Plan::pct     ? "pct"
                                                 : "exhaustive";
  s.memory_model = o.explore.memory_model == campaign::MemoryModel::sc ? "sc" : "c++";
  s.on_race = o.explore.on_race == campaign::OnRace::stop ? "stop" : "continue";
  s.threads = o.explore.substrate == campaign::Substrate::fibers ? "fibers" : "os";
  s.bound = o.explore.bound;
  s.seed = o.explore.seed;
  s.max_executions = o.explore.max_executions;
  s.max_steps = o.explore.max_steps;
  s.max_time = o.explore.max_time;
  const bool is_by_graph = o.explore.plan == Plan::exhaustive;
  const campaign::Budgets budgets = is_by_graph ? o.explore.budgets_by_graph : campaign::Budgets{};
  s.assumes_told_reads = o.explore.assumes_told_reads;
  s.timeouts = budgets.timeouts;
  s.spurious_wakeups = budgets.spurious_wakeups;
  s.weak_cas_failures = budgets.weak_cas_failures;
  s.stale_reads = o.explore.memory_model == campaign::MemoryModel::sc ? 0 : budgets.stale_reads;
  return s;
}

// "interrupted. No finding so far; 18,204 executions, bound 0 complete, bound 1 about 22%."
std::string interrupted_text(const report::RunResult &run) {
  std::string text = "interrupted.";
  bool has_finding = std::any_of(run.tests.begin(), run.tests.end(),
                                 [](const auto &t) { return t.has_finding(); });
  if (!has_finding) text += " No finding so far";
  if (run.tests.empty()) return text + (has_finding ? "\n" : ".\n");
  const report::TestResult &last = run.tests.back();
  if (!has_finding)
    text +=
        fmt::format("; {} executions of {}", support::with_commas(last.executions()), last.name);
  if (!has_finding && !last.coverage.empty() && last.coverage.back().strategy == "bounded" &&
      !last.coverage.back().is_complete) {
    const report::Coverage &part = last.coverage.back();
    if (part.drained >= 0) text += fmt::format(", bound {} complete", part.drained);
    if (part.level_done >= 0)
      text += fmt::format(", bound {} about {:.0f}%", part.drained + 1, part.level_done * 100);
  }
  return text + (has_finding ? "\n" : ".\n");
}

// One run of several tests; prints as it goes.
class Run {
 public:
  Run(const Options &options, driver::Program program, std::string output)
      : options_(options),
        program_(std::move(program)),
        output_(std::move(output)),
        text_(text_options(options, STDOUT_FILENO)),
        progress_(options) {
    result_.program = program_.shown;
    result_.arguments = program_.arguments;
    result_.settings = settings_of(options);
    result_.warnings = options.warnings;
  }

  // read_checkpoints() takes what --resume goes on from; returns an exit status, 0: explore.
  int read_checkpoints(const std::vector<driver::Test> &tests);
  int explore(const std::vector<driver::Test> &tests);

 private:
  void explore_one(const driver::Test &test);
  void save(report::TestResult &test);
  void print_details(const report::TestResult &test);
  int finish();
  std::string continue_text() const;
  void print(const std::string &text) {
    progress_.clear();
    if (!is_json_on_stdout()) fmt::print("{}", text);
    std::fflush(stdout);
  }
  bool is_json_on_stdout() const { return options_.json == "-"; }
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
  }

  const Options &options_;
  driver::Program program_;
  std::string output_;
  report::TextOptions text_;
  ProgressLine progress_;
  report::RunResult result_;
  driver::TestFolder folder_;
  std::map<std::string, driver::Checkpoint> checkpoints_;
  int name_width_ = 0;
  bool has_write_error_ = false;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

void Run::save(report::TestResult &test) {
  auto saved = support::write_file(folder_.file("result.json"), report::test_json(result_, test));
  if (!saved && !has_write_error_) complain(saved.error());
  has_write_error_ |= !saved;
}

void Run::explore_one(const driver::Test &test) {
  report::TestResult result;
  bool is_resumed = checkpoints_.contains(test.name);
  auto folder = driver::test_folder(output_, program_, test.name,
                                    is_resumed ? driver::kCheckpointFile : "");
  if (folder) {
    folder_ = *folder;
    driver::Watcher watcher;
    watcher.on_progress = [&](const driver::Glimpse &glimpse) { progress_.show(glimpse); };
    watcher.on_finding = [&](report::TestResult &so_far, report::Finding &finding) {
      std::size_t number = so_far.findings.size();
      auto saved =
          driver::save_finding(finding, number, program_, test, options_.explore, output_, folder_);
      if (!saved && !has_write_error_) complain(saved.error());
      has_write_error_ |= !saved;
      support::write_file(folder_.file(fmt::format("{}.txt", number)),
                          report::finding_text(finding, {80, true, support::Paint(false)}));
      save(so_far);
    };
    auto resumed = checkpoints_.find(test.name);
    result = driver::explore_test(program_, test, options_.explore, watcher,
                                  folder_.file(driver::kCheckpointFile),
                                  resumed == checkpoints_.end() ? nullptr : &resumed->second);
    result.folder = folder_.path;
    save(result);
  } else {
    result.name = test.name;
    result.verdict = report::Verdict::internal;
    result.failure = folder.error().message;
  }
  if (!options_.is_quiet) print(report::verdict_line(result, name_width_, text_));
  print_details(result);
  result_.tests.push_back(std::move(result));
}

void Run::print_details(const report::TestResult &test) {
  if (test.has_finding() && !test.failure.empty())
    print("          " + report::wrap(test.failure, text_.width - 10, 10) + "\n");
  if (options_.is_quiet) return;
  for (const std::string &note : test.notes)
    print("          " + text_.paint.dim("note: " + report::wrap(note, text_.width - 10, 16)) +
          "\n");
  if (!options_.is_verbose) return;
  for (const report::Coverage &c : test.coverage) {
    // Of an exhaustive search only those that ran had choices.
    const bool has_choices = c.strategy != "exhaustive" && c.executions != 0;
    std::string text = fmt::format("          {}: {} executions, {} truncated", c.strategy, support::with_commas(c.executions), c.truncated);
    if (has_choices)
      text += fmt::format("; choices {} (min) {} (avg) {} (max)", c.steps_min, c.steps_sum / c.executions, c.steps_max);
    print(text_.paint.dim(text + "\n"));
  }
}

int Run::read_checkpoints(const std::vector<driver::Test> &tests) {
  if (!options_.explore.resumes) return 0;
  for (const driver::Test &test : tests) {
    std::string path = driver::test_folder_path(output_, program_, test.name) + "/" + driver::kCheckpointFile;
    if (access(path.c_str(), F_OK) != 0) continue;
    auto checkpoint = driver::load_checkpoint(path, program_, test, options_.explore);
    if (!checkpoint) return complain(checkpoint.error());
    checkpoints_.emplace(test.name, std::move(*checkpoint));
  }
  if (!checkpoints_.empty()) return 0;
  return complain({fmt::format("there is nothing to resume of {} in {}", program_.shown, output_),
                   "run without --resume", static_cast<int>(Exit::usage)});
}

// "Continue with: interleave run --resume -- ./pool_test"
std::string Run::continue_text() const {
  bool is_resumable = std::any_of(result_.tests.begin(), result_.tests.end(),
                                  [](const report::TestResult &t) { return t.is_resumable; });
  if (!is_resumable) return "";
  const bool has_reached_limit =                       // which is counted over all runs, so that it would end the next at once
      std::any_of(result_.tests.begin(), result_.tests.end(),
                  [&](const report::TestResult &t) { return t.executions() >= options_.explore.max_executions; });
  std::string text = "Continue with: interleave run";
  for (std::size_t i = 0; i < options_.flags.size(); i++) {
    const std::string &flag = options_.flags[i];
    const std::string name = flag.substr(0, flag.find('='));
    const bool is_left_out = has_reached_limit && (name == "--executions" || name == "--max-executions");
    if (is_left_out && name == flag) i++;
    if (!is_left_out && flag != "--resume") text += " " + support::shell_quote(flag);
  }
  text += " --resume -- " + support::shell_quote(program_.shown);
  for (const std::string &argument : program_.arguments) text += " " + support::shell_quote(argument);
  return text + "\n";
}

int Run::explore(const std::vector<driver::Test> &tests) {
  std::vector<std::string> names;
  for (const driver::Test &test : tests) names.push_back(test.name);
  name_width_ = report::name_width(names);
  if (!options_.is_quiet) print(report::header_line(result_, tests.size()) + "\n");
  for (const driver::Test &test : tests) {
    if (support::interrupt_signal() != 0) break;
    explore_one(test);
  }
  return finish();
}

int Run::finish() {
  result_.interrupted_by = support::interrupt_signal();
  result_.seconds = seconds();
  for (const report::TestResult &test : result_.tests)
    for (const report::Finding &finding : test.findings)
      print("\n" + report::finding_text(finding, text_));
  int status = report::exit_status(result_, options_.require_complete);
  print("\n" + report::summary_text(result_, text_));
  if (result_.interrupted_by != 0) print(interrupted_text(result_));
  print(continue_text());
  std::fflush(stdout);
  if (!options_.json.empty()) {
    std::string json = report::run_json(result_);
    if (is_json_on_stdout()) fmt::print("{}", json);
    else if (auto saved = support::write_file(options_.json, json); !saved) {
      complain(saved.error());
      if (status == 0) status = saved.error().exit_status;
    }
  }
  if (status == static_cast<int>(Exit::nothing_tested))
    return complain(
        {"no test reached a scheduling point, so nothing was explored",
         "does the test start threads? interleave doctor -- PROGRAM tells what is instrumented",
         status});
  if (status == static_cast<int>(Exit::incomplete))
    return complain({"not every test was explored completely (--require-complete)",
                     "raise --max-time or --executions, or lower --bound", status});
  return status;
}

}  // namespace

int cmd_run(const Options &options) {
  std::vector<std::string> command = options.program_after(0);
  if (command.empty())
    return complain({"no program to run", "interleave run [options] -- PROGRAM [ARGUMENTS]",
                     static_cast<int>(Exit::usage)});
  if (options.has_separator && !options.words.empty())
    return complain({fmt::format("unexpected word before --: {}", options.words.front()), "",
                     static_cast<int>(Exit::usage)});
  auto program = driver::find_program(command);
  if (!program) return complain(program.error());
  auto output = driver::output_folder(options.output_dir);
  if (!output) return complain(output.error());
  campaign::Settings settings;
  settings.substrate = options.explore.substrate;
  std::vector<driver::Test> all;
  {
    auto scratch = driver::Scratch::make(*program, "");
    if (!scratch) return complain(scratch.error());
    auto found =
        driver::find_tests(*program, settings, scratch->output_file(0),
                           std::min(options.explore.max_time, options.explore.patience));
    if (!found) return complain(found.error());
    all = std::move(*found);
  }
  std::vector<driver::Test> tests = driver::select_tests(all, options.tests);
  if (tests.empty() && support::interrupt_signal() == 0) {
    std::string hint = fmt::format("interleave list -- {} names its tests", program->shown);
    return complain({all.empty() ? fmt::format("{} has no tests", program->shown)
                                 : fmt::format("no test of {} matches", program->shown),
                     hint, static_cast<int>(Exit::nothing_tested)});
  }
  Run run(options, std::move(*program), std::move(*output));
  if (int status = run.read_checkpoints(tests); status != 0) return status;
  return run.explore(tests);
}

}  // namespace interleave::cli
