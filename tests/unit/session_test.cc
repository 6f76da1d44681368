// Session: messages, requests, hangs, deaths, and that no process is left behind.
// SPDX-License-Identifier: Apache-2.0
#include "driver/session.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>

#include "driver/opening.h"
#include "fake_program.h"
#include "support/fs.h"

namespace interleave::driver {
namespace {

// This very program, started by a Session, becomes the fake program before GoogleTest sees it.
__attribute__((constructor)) void become_fake(int argc, char **argv, char **) {
  if (argc >= 2 && std::string(argv[1]).starts_with("fake:"))
    fake::serve(std::string(argv[1]).substr(5));
}

Launch launch(const std::string &scenario) {
  Launch result;
  result.command = {"/proc/self/exe", "fake:" + scenario};
  char path[4096];
  ssize_t length = readlink("/proc/self/exe", path, sizeof path);
  result.command[0].assign(path, static_cast<std::size_t>(length));
  result.output_path = testing::TempDir() + "session_test.output." + std::to_string(getpid());
  return result;
}

bool is_alive(pid_t pid) { return kill(pid, 0) == 0 || errno == EPERM; }

std::unique_ptr<Session> ready(const std::string &scenario) {
  auto opening = open(launch(scenario), 5);
  EXPECT_TRUE(opening.has_value());
  EXPECT_EQ(opening->kind, Opening::Kind::ready);
  return std::move(opening->session);
}

TEST(Session, CarriesOutRequests_WhenProgramIsReady) {
  auto session = ready("drained");
  campaign::Settings settings;
  settings.bound = 2;
  Session::Answer answer = session->carry_out(settings, {});
  EXPECT_EQ(answer.kind, Session::Answer::Kind::done);
  EXPECT_EQ(answer.done, campaign::Done::drained);
  EXPECT_EQ(session->campaign().progress.executions, 42u);
  settings.bound = 3;
  EXPECT_EQ(session->carry_out(settings, {}).kind, Session::Answer::Kind::done);
  EXPECT_EQ(session->campaign().progress.executions, 43u);
}

TEST(Session, PassesTheSchedule_WhenDeviationsAreGiven) {
  auto session = ready("drained");
  std::vector<model::Deviation> deviations{{14, model::ChoiceKind::thread, 2},
                                           {31, model::ChoiceKind::timeout, 1}};
  session->carry_out({}, deviations);
  ASSERT_EQ(session->campaign().deviation_count, 2u);
  EXPECT_EQ(session->campaign().deviations[1], deviations[1]);
}

TEST(Session, TellsTheBody_WhenReady) {
  auto opening = open(launch("drained"), 5);
  ASSERT_TRUE(opening.has_value());
  EXPECT_EQ(opening->body, "body");
}

TEST(Session, IsSequential_WhenProgramEndsAfterHello) {
  auto opening = open(launch("sequential"), 5);
  ASSERT_TRUE(opening.has_value());
  EXPECT_EQ(opening->kind, Opening::Kind::sequential);
  EXPECT_EQ(WEXITSTATUS(opening->status), 3);
}

TEST(Session, IsSilent_WhenProgramHasNoRuntime) {
  auto opening = open(launch("silent"), 5);
  ASSERT_TRUE(opening.has_value());
  EXPECT_EQ(opening->kind, Opening::Kind::silent);
  EXPECT_EQ(WEXITSTATUS(opening->status), 7);
}

TEST(Session, PassesOnTheSentence_WhenRuntimeRefuses) {
  auto opening = open(launch("refuses"), 5);
  ASSERT_TRUE(opening.has_value());
  EXPECT_EQ(opening->kind, Opening::Kind::refused);
  EXPECT_EQ(opening->sentence, "too many threads");
}

TEST(Session, IsHung_WhenProgramNeverBecomesReady) {
  auto opening = open(launch("never-ready"), 0.3);
  ASSERT_TRUE(opening.has_value());
  EXPECT_EQ(opening->kind, Opening::Kind::hung);
  EXPECT_EQ(opening->hang.kind, Hang::Kind::blocked);
  EXPECT_EQ(opening->hang.call, "pause");
}

TEST(Session, IsAnError_WhenProgramCannotBeExecuted) {
  Launch bad = launch("drained");
  bad.command[0] = "/nonexistent/program";
  auto session = Session::start(bad);
  ASSERT_FALSE(session.has_value());
  EXPECT_EQ(session.error().exit_status, 3);
  EXPECT_NE(session.error().message.find("No such file"), std::string::npos);
}

TEST(Session, TellsTheEnd_WhenServerDiesInARequest) {
  auto session = ready("dies");
  Session::Answer answer = session->carry_out({}, {});
  EXPECT_EQ(answer.kind, Session::Answer::Kind::exited);
  EXPECT_EQ(WTERMSIG(answer.status), SIGKILL);
}

TEST(Session, KillsTheWorkerAndNamesTheCall_WhenItBlocks) {
  auto session = ready("blocks");
  Session::Answer answer = session->carry_out({}, {}, 0.3);
  EXPECT_EQ(answer.done, campaign::Done::finding);
  EXPECT_EQ(session->hang().kind, Hang::Kind::blocked);
  EXPECT_EQ(session->hang().call, "read");
  EXPECT_EQ(session->campaign().killed_by_watchdog, 1u);
}

TEST(Session, KillsTheWorker_WhenItSpins) {
  auto session = ready("spins");
  Session::Answer answer = session->carry_out({}, {}, 0.3);
  EXPECT_EQ(answer.done, campaign::Done::finding);
  EXPECT_EQ(session->hang().kind, Hang::Kind::spinning);
}

TEST(Session, KillsTheWorker_WhenItMovesButNeverEnds) {
  auto session = ready("never-ends");
  Session::Answer answer = session->carry_out({}, {}, 0.3);
  EXPECT_EQ(answer.done, campaign::Done::finding);
  EXPECT_EQ(session->hang().kind, Hang::Kind::endless);
}

TEST(Session, LeavesNoProcessBehind_WhenServerSleepsForEver) {
  pid_t pid;
  {
    auto session = ready("slow");
    pid = session->pid();
    EXPECT_TRUE(is_alive(pid));
  }
  EXPECT_FALSE(is_alive(pid));
}

TEST(Session, LeavesNoProcessBehind_WhenProgramMadeADaemon) {
  pid_t daemon;
  {
    auto session = ready("daemon");
    session->carry_out({}, {});
    daemon = static_cast<pid_t>(session->campaign().divergence.step);
    EXPECT_TRUE(is_alive(daemon));
  }
  EXPECT_FALSE(is_alive(daemon));
}

TEST(Session, KeepsAnotherSessionAlive_WhenOneEnds) {
  auto first = ready("drained");
  { auto second = ready("drained"); }
  EXPECT_EQ(first->carry_out({}, {}).kind, Session::Answer::Kind::done);
}

TEST(Session, GivesItsOwnTempFolderAndNoShards_WhenStarted) {
  Launch wanted = launch("environment");
  wanted.temp_folder = "/tmp/of-this-test";
  auto opening = open(wanted, 5);
  ASSERT_TRUE(opening.has_value());
  EXPECT_EQ(support::read_file(wanted.output_path).value_or(""),
            "/tmp/of-this-test\nnot sharded\n");
}

TEST(Environment, HidesWhatConcernsRunnersOnly_WhenMade) {
  setenv("GTEST_TOTAL_SHARDS", "2", 1);
  setenv("TMPDIR", "/elsewhere", 1);
  std::vector<std::string> env = environment_for("1:2:3", "/here");
  unsetenv("GTEST_TOTAL_SHARDS");
  unsetenv("TMPDIR");
  EXPECT_EQ(std::count(env.begin(), env.end(), "TMPDIR=/here"), 1);
  EXPECT_EQ(std::count(env.begin(), env.end(), "TMPDIR=/elsewhere"), 0);
  const auto is_session = [](const std::string &e) { return e.starts_with("INTERLEAVE_SESSION=1:2:3:"); };
  EXPECT_EQ(std::count_if(env.begin(), env.end(), is_session), 1);
  EXPECT_EQ(std::count(env.begin(), env.end(), "GTEST_TOTAL_SHARDS=2"), 0);
}

// Its size is the same whatever is in it, or differs by whole pages: the stack begins at the same place.
TEST(Environment, KeepsItsSize_WhateverIsInIt) {
  const auto size = [] {
    std::size_t sum = 0;
    const std::vector<std::string> env = environment_for("1:2:3", "/here");
    EXPECT_EQ(env.size() % 2, 0u);
    for (const std::string &e : env) sum += e.size() + 1 + sizeof(char *);
    return sum % 4096;
  };
  const std::size_t before = size();
  setenv("ONE_MORE", "x", 1);
  EXPECT_EQ(size(), before);
  setenv("ONE_MORE", "with another value", 1);
  EXPECT_EQ(size(), before);
  unsetenv("ONE_MORE");
}

}  // namespace
}  // namespace interleave::driver
