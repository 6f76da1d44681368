// Tests: what in a program is explored on its own.
// SPDX-License-Identifier: Apache-2.0
//
// A GoogleTest binary has its test cases; a program with interleave::explore() bodies has these;
// any other program is one test, "main". Which it is, the program says itself when started: the
// runtime knows, no file is guessed at.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "driver/program.h"
#include "driver/session.h"

namespace interleave::driver {

struct Test {
  enum class Kind { whole_program, gtest_case, body } kind = Kind::whole_program;
  std::string name = "main";
  // Arguments that make the program run only this test, after the user's own.
  std::vector<std::string> selecting_arguments() const;
};

// find_tests() starts the program as far as needed to learn its tests. `scratch` receives its
// output. `patience`: seconds without a sign of work before the start counts as hung.
support::Result<std::vector<Test>> find_tests(const Program &program,
                                              const campaign::Settings &settings,
                                              const std::string &scratch, double patience);

// select_tests() keeps those that match one of the globs and TESTBRIDGE_TEST_ONLY; no glob: all.
std::vector<Test> select_tests(std::vector<Test> tests, const std::vector<std::string> &globs);

// parse_gtest_list() reads the output of --gtest_list_tests: full names, in order, without disabled
// tests (unless `disabled`). Other lines (a main() that prints something) are skipped.
std::vector<std::string> parse_gtest_list(std::string_view output, bool disabled = false);

}  // namespace interleave::driver
