// interleave list: the names of a program's tests.
// SPDX-License-Identifier: Apache-2.0

#include <cstdio>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "driver/program.h"
#include "driver/tests.h"
#include "driver/workspace.h"
#include "options.h"
#include "support/fs.h"

namespace interleave::cli {
namespace {

const char *kind_text(driver::Test::Kind kind) {
  switch (kind) {
    case driver::Test::Kind::whole_program: return "program";
    case driver::Test::Kind::gtest_case: return "gtest";
    case driver::Test::Kind::body: return "explore";
  }
  return "program";
}

std::string list_json(const driver::Program &program, const std::vector<driver::Test> &tests) {
  nlohmann::ordered_json json;
  json["schema_version"] = 1;
  json["program"] = program.shown;
  json["tests"] = nlohmann::ordered_json::array();
  for (const driver::Test &test : tests)
    json["tests"].push_back({{"name", test.name}, {"kind", kind_text(test.kind)}});
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace

int cmd_list(const Options &options) {
  using support::Exit;
  std::vector<std::string> command = options.program_after(0);
  if (command.empty())
    return complain(
        {"no program to list", "interleave list -- PROGRAM", static_cast<int>(Exit::usage)});
  auto program = driver::find_program(command);
  if (!program) return complain(program.error());
  auto scratch = driver::Scratch::make(*program, "");
  if (!scratch) return complain(scratch.error());
  auto tests = driver::find_tests(*program, campaign::Settings{}, scratch->output_file(0),
                                  options.explore.patience);
  if (!tests) return complain(tests.error());
  std::vector<driver::Test> selected = driver::select_tests(*tests, options.tests);
  if (options.json != "-")
    for (const driver::Test &test : selected) fmt::print("{}\n", test.name);
  if (options.json == "-") fmt::print("{}", list_json(*program, selected));
  else if (!options.json.empty())
    if (auto saved = support::write_file(options.json, list_json(*program, selected)); !saved)
      return complain(saved.error());
  if (!selected.empty()) return 0;
  return complain({fmt::format("no test of {} matches", program->shown), "",
                   static_cast<int>(Exit::nothing_tested)});
}

}  // namespace interleave::cli
