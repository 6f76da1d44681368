// Finding out the tests of a program.
// SPDX-License-Identifier: Apache-2.0
#include "driver/tests.h"

#include <sys/wait.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include <fmt/format.h>

#include "driver/opening.h"
#include "driver/processes.h"
#include "support/glob.h"
#include "support/interrupt.h"

namespace interleave::driver {
namespace {

using support::Exit;

std::string_view without_comment(std::string_view line) {
  line = line.substr(0, line.find("  # "));
  while (!line.empty() && (line.back() == ' ' || line.back() == '\r')) line.remove_suffix(1);
  return line;
}

bool is_test_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '_' || c == '/' || c == '.' || c == '<' || c == '>' ||
           c == ':' || c == '-';
  });
}

bool is_disabled(std::string_view name) {
  return name.starts_with("DISABLED_") || name.find("/DISABLED_") != std::string_view::npos ||
         name.find(".DISABLED_") != std::string_view::npos;
}

std::vector<std::string> command_of(const Program &program,
                                    std::initializer_list<std::string> more) {
  std::vector<std::string> command{program.path};
  command.insert(command.end(), program.arguments.begin(), program.arguments.end());
  command.insert(command.end(), more.begin(), more.end());
  return command;
}

support::Result<std::vector<Test>> list_gtest(const Program &program) {
  constexpr int kListMs = 60'000;
  auto run =
      run_plainly(command_of(program, {"--gtest_list_tests"}), environment_for("", ""), kListMs);
  if (!run) return tl::make_unexpected(run.error());
  if (run->timed_out || !WIFEXITED(run->status) || WEXITSTATUS(run->status) != 0)
    return support::error(Exit::untestable,
                          fmt::format("{} --gtest_list_tests {}", program.shown,
                                      run->timed_out ? "did not end" : "failed"),
                          "run it by hand; a test program must be able to list its tests");
  bool disabled = std::any_of(
      program.arguments.begin(), program.arguments.end(),
      [](const std::string &a) { return a.starts_with("--gtest_also_run_disabled_tests"); });
  std::vector<Test> tests;
  for (std::string &name : parse_gtest_list(run->output, disabled))
    tests.push_back({Test::Kind::gtest_case, std::move(name)});
  return tests;
}

std::string how_it_ended(int status) {
  if (WIFSIGNALED(status)) return fmt::format("was ended by signal {}", WTERMSIG(status));
  return fmt::format("ended with exit status {}", WEXITSTATUS(status));
}

}  // namespace

std::vector<std::string> Test::selecting_arguments() const {
  if (kind != Kind::gtest_case) return {};
  return {"--gtest_filter=" + name};
}

std::vector<std::string> parse_gtest_list(std::string_view output, bool disabled) {
  std::vector<std::string> names;
  std::string suite;
  while (!output.empty()) {
    std::size_t end = output.find('\n');
    std::string_view line = output.substr(0, end);
    output.remove_prefix(end == std::string_view::npos ? output.size() : end + 1);
    bool is_case = line.starts_with("  ") && !line.starts_with("   ");
    line = without_comment(is_case ? line.substr(2) : line);
    if (!is_test_name(line)) continue;
    if (!is_case) {
      suite = line.back() == '.' ? std::string(line) : "";
    } else if (!suite.empty()) {
      std::string name = suite + std::string(line);
      if (disabled || !is_disabled(name)) names.push_back(std::move(name));
    }
  }
  return names;
}

support::Result<std::vector<Test>> find_tests(const Program &program,
                                              const campaign::Settings &settings,
                                              const std::string &scratch, double patience) {
  Launch launch{command_of(program, {}), settings, scratch, ""};
  auto hello = open_to_hello(launch);
  if (!hello) return tl::make_unexpected(hello.error());
  switch (hello->kind) {
    case Opening::Kind::refused:
      return support::error(Exit::untestable,
                            fmt::format("{} cannot be tested: {}", program.shown, hello->sentence));
    case Opening::Kind::silent:
      return support::error(
          Exit::untestable,
          fmt::format(
              "{} {} without a word of the Interleave runtime, so no schedule can be controlled",
              program.shown, how_it_ended(hello->status)),
          fmt::format("interleave doctor -- {} tells what it was built from", program.shown));
    case Opening::Kind::hung:
      return support::error(Exit::untestable, fmt::format("{} does not start: {}", program.shown,
                                                          describe(hello->hang)));
    case Opening::Kind::interrupted: return std::vector<Test>{};
    case Opening::Kind::sequential: return std::vector<Test>{Test{}};
    case Opening::Kind::ready: break;
  }
  if (hello->has_gtest) {
    hello->session->kill();
    return list_gtest(program);
  }
  // Only bodies need another start; a program that never becomes ready is a single test, which will
  // say why.
  hello->session->kill();
  auto ready = open(launch, patience);
  if (!ready) return tl::make_unexpected(ready.error());
  if (ready->kind != Opening::Kind::ready || ready->body.empty()) return std::vector<Test>{Test{}};
  ready->session->kill();
  auto bodies = list_bodies(launch, patience);
  if (!bodies) return tl::make_unexpected(bodies.error());
  std::vector<Test> tests;
  for (std::string &name : *bodies)
    if (std::none_of(tests.begin(), tests.end(), [&](const Test &t) { return t.name == name; }))
      tests.push_back({Test::Kind::body, std::move(name)});
  return tests;
}

std::vector<Test> select_tests(std::vector<Test> tests, const std::vector<std::string> &globs) {
  const char *only = std::getenv("TESTBRIDGE_TEST_ONLY");
  std::erase_if(tests, [&](const Test &test) {
    bool is_wanted =
        globs.empty() || std::any_of(globs.begin(), globs.end(), [&](const std::string &glob) {
          return support::matches_filter(glob, test.name);
        });
    return !is_wanted || (only && *only && !support::matches_filter(only, test.name));
  });
  return tests;
}

}  // namespace interleave::driver
