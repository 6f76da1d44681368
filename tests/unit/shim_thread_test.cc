// The shim's threads, once flags and test interface, without control.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstring>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include "interleave/once.h"
#include "interleave/test.h"
#include "interleave/thread.h"
#include "interleave/version.h"

namespace {

static_assert(std::is_same_v<interleave::thread, std::thread>);
static_assert(std::is_same_v<interleave::jthread, std::jthread>);
static_assert(std::is_same_v<interleave::once_flag, std::once_flag>);
constinit interleave::once_flag global_flag;

TEST(ShimThread, ThisThreadHasStdFunctions) {
  interleave::thread::id id;
  interleave::thread([&] {
    interleave::this_thread::yield();
    interleave::this_thread::sleep_for(std::chrono::nanoseconds(1));
    id = interleave::this_thread::get_id();
  }).join();
  EXPECT_NE(id, std::this_thread::get_id());
}

TEST(ShimOnce, RunsOnce_WhenManyCall) {
  std::atomic<int> runs{0};
  std::vector<interleave::jthread> threads;
  for (int i = 0; i < 4; i++)
    threads.emplace_back([&] { interleave::call_once(global_flag, [&] { runs++; }); });
  threads.clear();
  EXPECT_EQ(runs, 1);
}

TEST(ShimOnce, LetsNextCallerRun_WhenCallableThrew) {
  interleave::once_flag flag;
  int runs = 0;
  auto failing = [&] {
    runs++;
    throw std::runtime_error("not yet");
  };
  EXPECT_THROW(interleave::call_once(flag, failing), std::runtime_error);
  EXPECT_THROW(interleave::call_once(flag, failing), std::runtime_error);
  interleave::call_once(flag, [&](int by) { runs += by; }, 10);
  interleave::call_once(flag, failing);
  EXPECT_EQ(runs, 12);
}

TEST(ShimVersion, TextIsTheThreeNumbers) {
  EXPECT_EQ(std::to_string(INTERLEAVE_VERSION_MAJOR) + "." +
                std::to_string(INTERLEAVE_VERSION_MINOR) + "." +
                std::to_string(INTERLEAVE_VERSION_PATCH),
            INTERLEAVE_VERSION);
}

TEST(Choose, IsZero_WithoutControl) { EXPECT_EQ(interleave::choose(3), 0u); }

TEST(Check, DoesNothing_WhenConditionHolds) {
  INTERLEAVE_CHECK(true);
  INTERLEAVE_CHECK(std::is_same_v<int, int>);  // a comma outside parentheses
  interleave::yield();
}

TEST(CheckDeathTest, NamesCondition_WhenItFails) {
  EXPECT_DEATH(INTERLEAVE_CHECK(1 + 1 == 3), "1 \\+ 1 == 3");
}

interleave_explore_result result_of(std::uint64_t executions, bool complete, const char *rule,
                                    const char *message, const char *schedule) {
  interleave_explore_result raw = {};
  raw.executions = executions;
  raw.complete = complete;
  std::strcpy(raw.rule, rule);
  std::strcpy(raw.message, message);
  std::strcpy(raw.schedule, schedule);
  return raw;
}

TEST(ExploreResult, IsOk_OnlyIfSomethingRanAndNothingWasFound) {
  EXPECT_TRUE(interleave::Result(result_of(3, true, "", "", "")).ok());
  EXPECT_TRUE(interleave::Result(result_of(3, false, "", "", "")).ok());
  EXPECT_FALSE(interleave::Result(result_of(0, true, "", "", "")).ok());
  EXPECT_FALSE(interleave::Result(result_of(3, false, "deadlock", "", "")).ok());
  EXPECT_FALSE(interleave::Result(result_of(3, false, "", "cannot go on", "")).ok());
}

TEST(ExploreResult, ShowsFinding_WhenExpectedTrue) {
  static const interleave::Result bad(
      result_of(57, false, "deadlock", "two threads wait", "il1:02bd:6>2"));
  EXPECT_NONFATAL_FAILURE(EXPECT_TRUE(bad),
                          "deadlock: two threads wait; 57 executions, not complete; "
                          "schedule il1:02bd:6>2");
  EXPECT_EQ(testing::PrintToString(bad),
            "deadlock: two threads wait; 57 executions, not complete; schedule il1:02bd:6>2");
}

TEST(ExploreName, IsFileAndLine_WhenNoneGiven) {
  EXPECT_STREQ(interleave::detail::Place("/a/b/queue_test.cc", 1048).text(), "queue_test.cc:1048");
  EXPECT_STREQ(interleave::detail::Place("queue_test.cc", 0).text(), "queue_test.cc:0");
  EXPECT_EQ(std::strlen(interleave::detail::Place(std::string(500, 'x').c_str(), 12).text()), 127u);
}

}  // namespace
