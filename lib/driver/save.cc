// Saving: what a run leaves in its output folder.
// SPDX-License-Identifier: Apache-2.0
#include "driver/save.h"

#include <charconv>

#include <fmt/format.h>

#include "model/schedule.h"
#include "support/exit.h"
#include "support/fs.h"

namespace interleave::driver {
namespace {

using support::Exit;

std::string command_text(const Program &program) {
  std::string text = support::shell_quote(program.shown);
  for (const std::string &argument : program.arguments)
    text += " " + support::shell_quote(argument);
  return text;
}

const char *kind_text(Test::Kind kind) {
  switch (kind) {
    case Test::Kind::whole_program: return "program";
    case Test::Kind::gtest_case: return "gtest";
    case Test::Kind::body: return "body";
  }
  return "program";
}

// Undoes shell_quote(): words separated by blanks, single quotes around parts, \' outside of them.
std::vector<std::string> split_words(const std::string &text) {
  std::vector<std::string> words;
  std::string word;
  bool is_open = false, is_quoted = false;
  for (std::size_t i = 0; i < text.size(); i++) {
    char c = text[i];
    if (c == '\'') is_quoted = !is_quoted, is_open = true;
    else if (c == '\\' && !is_quoted && i + 1 < text.size()) word += text[++i], is_open = true;
    else if (c == ' ' && !is_quoted) {
      if (is_open) words.push_back(std::move(word));
      word.clear();
      is_open = false;
    } else word += c, is_open = true;
  }
  if (is_open) words.push_back(std::move(word));
  return words;
}

std::string one_line(std::string text) {
  for (char &c : text)
    if (c == '\n' || c == '\r') c = ' ';
  return text;
}

}  // namespace

std::string replay_command(const report::Finding &finding, const Program &program, const Test &test,
                           const ExploreOptions &options) {
  if (finding.schedule.is_long && !finding.schedule.file.empty())
    return "interleave replay " + support::shell_quote(finding.schedule.file);
  std::string command = "interleave replay '" + finding.schedule.text + "'";
  if (test.kind != Test::Kind::whole_program) command += " -t " + support::shell_quote(test.name);
  if (options.on_race == campaign::OnRace::carry_on) command += " --on-race continue";
  if (options.max_steps != ExploreOptions{}.max_steps)
    command += fmt::format(" --max-steps {}", options.max_steps);
  return command + " -- " + command_text(program);
}

support::Result<void> save_finding(report::Finding &finding, std::size_t number,
                                   const Program &program, const Test &test,
                                   const ExploreOptions &options, const std::string &output,
                                   const TestFolder &folder) {
  finding.schedule.file = folder.file(fmt::format("{}.sched", number));
  if (finding.schedule.text.empty()) {  // not deterministic, and no schedule shows it
    finding.schedule.file.clear();
    return {};
  }
  finding.replay_command = replay_command(finding, program, test, options);
  auto schedule = model::parse_schedule(finding.schedule.text);
  if (!schedule) return tl::make_unexpected(schedule.error());
  model::ScheduleFile file;
  file.settings = {
      {"interleave", INTERLEAVE_VERSION},
      {"command", one_line(command_text(program))},
      {"test", one_line(test.name)},
      {"test-kind", kind_text(test.kind)},
      {"memory-model", options.memory_model == campaign::MemoryModel::sc ? "sc" : "c++"},
      {"on-race", options.on_race == campaign::OnRace::stop ? "stop" : "continue"},
      {"max-steps", std::to_string(options.max_steps)},
      {"finding", fmt::format("{} {}", model::text(finding.rule).id, finding.fingerprint)}};
  file.schedule = *schedule;
  if (auto saved = support::write_file(finding.schedule.file, model::to_file_text(file)); !saved)
    return saved;
  if (auto saved =
          support::write_file(folder.file(fmt::format("{}.output", number)), finding.output);
      !saved)
    return saved;
  return point_last(output, finding.schedule.file);
}

support::Result<SavedSchedule> read_schedule_file(const std::string &path) {
  auto text = support::read_file(path);
  if (!text)
    return support::error(Exit::usage, fmt::format("cannot read the schedule file {}", path));
  auto file = model::parse_schedule_file(*text);
  if (!file)
    return support::error(Exit::usage, fmt::format("{}: {}", path, file.error().message),
                          file.error().hint);
  SavedSchedule saved;
  saved.schedule = file->schedule;
  auto value = [&](const char *key) {
    const std::string *found = file->value(key);
    return found ? *found : std::string();
  };
  saved.command = split_words(value("command"));
  saved.test = value("test");
  saved.test_kind = value("test-kind");
  // The text says it too; what was saved before it did was sc.
  if (value("memory-model") == "sc") saved.schedule.is_sc = true;
  if (value("on-race") == "continue") saved.options.on_race = campaign::OnRace::carry_on;
  if (std::string steps = value("max-steps"); !steps.empty())
    std::from_chars(steps.data(), steps.data() + steps.size(), saved.options.max_steps);
  return saved;
}

}  // namespace interleave::driver
