// The text and JSON reports, compared with the files in tests/golden.
// SPDX-License-Identifier: Apache-2.0
//
// After a wanted change: scripts/approve.py rewrites the files; look at the difference before
// committing it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "report/json.h"
#include "report/text.h"
#include "sample_findings.h"
#include "support/fs.h"
#include "support/terminal.h"

namespace interleave::report {
namespace {

std::string golden_path(const std::string &name) {
  return std::string(INTERLEAVE_GOLDEN) + "/" + name;
}

void expect_golden(const std::string &name, const std::string &text) {
  if (std::getenv("APPROVE_GOLDEN")) {
    ASSERT_TRUE(support::write_file(golden_path(name), text).has_value());
    return;
  }
  EXPECT_EQ(support::read_file(golden_path(name)).value_or("(no such file)"), text)
      << "approve with scripts/approve.py";
}

void expect_at_most(int width, const std::string &text) {
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t end = std::min(text.find('\n', begin), text.size());
    std::string line = text.substr(begin, end - begin);
    bool may_be_long =
        line.starts_with("  replay:") || line.starts_with("  saved:");  // to be pasted as they are
    if (!may_be_long) { EXPECT_LE(support::display_width(line), width) << line; }
    begin = end + 1;
  }
}

TextOptions options(int width = 80, bool is_full = false) {
  return {width, is_full, support::Paint(false)};
}

TEST(TextReport, ShowsBothAccesses_OfARace) {
  expect_golden("race.txt", finding_text(sample_race(), options()));
}
TEST(TextReport, ShowsEverything_InTheFullView) {
  expect_golden("race_full.txt", finding_text(sample_race(), options(80, true)));
}
TEST(TextReport, ShowsWhoHoldsAndWaits_OfADeadlock) {
  expect_golden("deadlock.txt", finding_text(sample_deadlock(), options()));
}
TEST(TextReport, HasOneColumn_ForManyThreads) {
  expect_golden("four_threads.txt", finding_text(sample_four_threads(), options()));
}
TEST(TextReport, HasOneColumn_OnANarrowTerminal) {
  expect_golden("narrow.txt", finding_text(sample_race(), options(50)));
}
TEST(TextReport, NamesTheFile_WhenTheScheduleIsLong) {
  expect_golden("long_schedule.txt", finding_text(sample_long_schedule(), options()));
}
TEST(TextReport, ShowsTheTestsWords_WhenItFailedByItself) {
  expect_golden("test_failed.txt", finding_text(sample_test_failed(), options()));
}

TEST(TextReport, StaysWithinItsWidth_ForEachSample) {
  for (const Finding &f : {sample_race(), sample_deadlock(), sample_four_threads(),
                           sample_long_schedule(), sample_test_failed()})
    for (int width : {50, 80, 100}) expect_at_most(width, finding_text(f, options(width)));
}

TEST(TextReport, ColoursWithoutChangingTheText_WhenAsked) {
  std::string plain = finding_text(sample_race(), options());
  std::string coloured = finding_text(sample_race(), {80, false, support::Paint(true)});
  std::string stripped;
  for (std::size_t i = 0; i < coloured.size(); i++) {
    if (coloured[i] == '\033') i = coloured.find('m', i);
    else stripped += coloured[i];
  }
  EXPECT_EQ(stripped, plain);
}

TEST(VerdictLines, SayWhatWasCovered_ForEachOutcome) {
  RunResult run = sample_run();
  std::vector<std::string> names;
  for (const TestResult &test : run.tests) names.push_back(test.name);
  std::string text = header_line(run, run.tests.size()) + "\n";
  for (const TestResult &test : run.tests) text += verdict_line(test, name_width(names), options());
  text += summary_text(run, options());
  expect_at_most(80, text);
  expect_golden("verdicts.txt", text);
}

TEST(JsonReport, IsOrderedAndStable_ForARun) {
  RunResult run = sample_run();
  expect_golden("run.json", run_json(run));
  EXPECT_EQ(run_json(run), run_json(run));
  run.seconds = 99;
  for (TestResult &test : run.tests) test.seconds = 99;
  expect_golden("run.json", run_json(run));  // no times in it
}

TEST(JsonReport, StaysReadable_WhenTextIsNotUtf8) {
  Finding finding = sample_race();
  finding.message = "bad \xff byte";
  EXPECT_NE(finding_json(finding).find("bad \xef\xbf\xbd byte"), std::string::npos)
      << finding_json(finding).substr(0, 400);
}

TEST(Fingerprint, IgnoresLinesOrderAndThreads_ButNotFunctions) {
  Finding a = sample_race(), b = sample_race();
  std::swap(b.accesses[0], b.accesses[1]);
  b.accesses[0].where.line += 10;
  b.accesses[0].thread = 7;
  EXPECT_EQ(fingerprint(a), fingerprint(b));
  b.accesses[0].where.function = "other()";
  EXPECT_NE(fingerprint(a), fingerprint(b));
  Finding c = sample_race();
  c.rule = model::Rule::use_after_destroy;
  EXPECT_NE(fingerprint(a), fingerprint(c));
}

TEST(ExitStatus, IsTheFirstThatApplies_InTheOrderOfTheTable) {
  auto status = [](std::vector<Verdict> verdicts, int signal = 0, bool require = false) {
    RunResult run;
    run.interrupted_by = signal;
    for (Verdict v : verdicts) {
      TestResult test;
      test.verdict = v;
      run.tests.push_back(test);
    }
    return exit_status(run, require);
  };
  EXPECT_EQ(status({Verdict::passed}), 0);
  EXPECT_EQ(status({Verdict::passed, Verdict::sequential}), 0);
  EXPECT_EQ(status({Verdict::sequential}), 4);
  EXPECT_EQ(status({}), 4);
  EXPECT_EQ(status({Verdict::passed}, 0, true), 5);
  EXPECT_EQ(status({Verdict::passed, Verdict::failed}), 1);
  EXPECT_EQ(status({Verdict::failed, Verdict::diverged}, 2), 1);
  EXPECT_EQ(status({Verdict::diverged, Verdict::passed}), 6);
  EXPECT_EQ(status({Verdict::untestable, Verdict::passed}), 3);
  EXPECT_EQ(status({Verdict::internal, Verdict::passed}), 70);
  EXPECT_EQ(status({Verdict::passed, Verdict::interrupted}, 2), 130);
  EXPECT_EQ(status({Verdict::interrupted}, 15), 143);
}

TEST(Wrap, BreaksAtBlanks_AndKeepsLongWords) {
  EXPECT_EQ(wrap("one two three", 8, 2), "one two\n  three");
  EXPECT_EQ(wrap("averylongword x", 5, 0), "averylongword\nx");
  EXPECT_EQ(wrap("", 5, 0), "");
  EXPECT_EQ(wrap("a\nb", 80, 2), "a\n  b");
}

}  // namespace
}  // namespace interleave::report
