// Names of functions, expressions in source lines, lists of tests, words in a program's output.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "driver/confirm.h"
#include "driver/names.h"
#include "driver/resolve.h"
#include "driver/symbolize.h"
#include "driver/tests.h"
#include "driver/watchdog.h"

namespace interleave::driver {
namespace {

using model::ObjectKind;

TEST(Readable, ShortensNames_AsPeopleSayThem) {
  EXPECT_EQ(readable("Queue::pop()"), "Queue::pop()");
  EXPECT_EQ(readable("main::$_0::operator()() const"), "lambda in main");
  EXPECT_EQ(readable("run(int)::{lambda(int)#2}::operator()(int) const"), "lambda in run");
  EXPECT_EQ(readable("void twice<int>(int)"), "twice<int>(int)");
  EXPECT_EQ(readable("(anonymous namespace)::Pool::stop()"), "Pool::stop()");
  EXPECT_EQ(
      readable(
          "std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> > name()"),
      "name()");
  EXPECT_EQ(readable("Matrix operator*<double>(Matrix const&, Matrix const&)"),
            "operator*<double>(...)");
  EXPECT_EQ(readable("operator<(A, B)"), "operator<(A, B)");
  EXPECT_EQ(readable("main"), "main");
  EXPECT_EQ(readable(""), "");
}

TEST(Foldable, IsTheLibraryAndUs_NotTheUser) {
  EXPECT_TRUE(is_foldable("std::thread::join()", "/usr/include/c++/12/thread", "/home/u/prog"));
  EXPECT_TRUE(is_foldable("interleave::mutex::lock()", "/opt/i/include/interleave/mutex.h",
                          "/home/u/prog"));
  EXPECT_TRUE(is_foldable("pthread_create", "", "/lib/x86_64-linux-gnu/libc.so.6"));
  EXPECT_FALSE(is_foldable("Queue::pop()", "/home/u/queue.h", "/home/u/prog"));
  EXPECT_FALSE(is_foldable("their_function", "", "/home/u/libtheirs.so"));
}

TEST(Expression, NamesTheLock_InTheWaysPeopleLock) {
  EXPECT_EQ(expression_in("std::lock_guard<std::mutex> lock(mutex_);", ObjectKind::mutex),
            "mutex_");
  EXPECT_EQ(expression_in("std::lock_guard lock{from.mutex};", ObjectKind::mutex), "from.mutex");
  EXPECT_EQ(expression_in("std::scoped_lock lock(a->m, b->m);", ObjectKind::mutex), "a->m");
  EXPECT_EQ(expression_in("forks[left].lock();", ObjectKind::mutex), "forks[left]");
  EXPECT_EQ(expression_in("pthread_mutex_lock(&q->lock);", ObjectKind::mutex), "q->lock");
  EXPECT_EQ(expression_in("ready_.wait(lock, [&] { return done_; });", ObjectKind::condition),
            "ready_");
  EXPECT_EQ(expression_in("do_it();", ObjectKind::mutex), "");
}

TEST(Expression, NamesTheVariable_WhenItIsChanged) {
  EXPECT_EQ(expression_in("closed_ = true;", ObjectKind::memory), "closed_");
  EXPECT_EQ(expression_in("session->bytes += 100;", ObjectKind::memory), "session->bytes");
  EXPECT_EQ(expression_in("++counter;", ObjectKind::memory), "counter");
  EXPECT_EQ(expression_in("return closed_;", ObjectKind::memory), "closed_");
  EXPECT_EQ(expression_in("int seen = hits;", ObjectKind::memory), "");
  EXPECT_EQ(expression_in("a_todo seen = hits;", ObjectKind::memory), "");          // a type that ends like a keyword
  EXPECT_EQ(expression_in("if (a == b) f();", ObjectKind::memory), "");
  EXPECT_EQ(expression_in("hits.fetch_add(1);", ObjectKind::atomic), "hits");
  EXPECT_EQ(expression_in("while (!stop_.load(std::memory_order_acquire)) {}", ObjectKind::atomic),
            "stop_");
  EXPECT_EQ(expression_in("auto work = [&] { permits.acquire(); shared++; permits.release(); };", ObjectKind::atomic), "permits");
  EXPECT_EQ(expression_in("result[0] = x.load();", ObjectKind::atomic), "x");
}

TEST(Expression, NamesNoneOfSeveral) {
  EXPECT_EQ(expression_in("acc.balance += n; acc.count++;", ObjectKind::memory), "");
  EXPECT_EQ(expression_in("x.store(y.load());", ObjectKind::atomic), "");
  EXPECT_EQ(expression_in("m.lock(); n.lock();", ObjectKind::mutex), "");
}

TEST(GtestList, GivesFullNames_ForPlainTypedAndParameterisedTests) {
  std::string output =
      "Running main() from gtest_main.cc\n"
      "the program says hello.\n"
      "Queue.\n  PushPop\n  DISABLED_Slow\n"
      "Typed/0.  # TypeParam = std::vector<int>\n  Works\n"
      "Sizes/Param.\n  Fits/0  # GetParam() = 4\n  Fits/1  # GetParam() = (1, \"a. b\")\n"
      "DISABLED_Old.\n  Case\n";
  std::vector<std::string> expected{"Queue.PushPop", "Typed/0.Works", "Sizes/Param.Fits/0",
                                    "Sizes/Param.Fits/1"};
  EXPECT_EQ(parse_gtest_list(output), expected);
  EXPECT_EQ(parse_gtest_list(output, true).size(), 6u);
  EXPECT_TRUE(parse_gtest_list("").empty());
}

TEST(SelectTests, KeepsMatches_OfGlobsAndBazel) {
  using Kind = driver::Test::Kind;
  std::vector<driver::Test> tests{
      {Kind::gtest_case, "A.x"}, {Kind::gtest_case, "A.y"}, {Kind::gtest_case, "B.x"}};
  EXPECT_EQ(select_tests(tests, {}).size(), 3u);
  EXPECT_EQ(select_tests(tests, {"A.*"}).size(), 2u);
  EXPECT_EQ(select_tests(tests, {"A.x", "B.*"}).size(), 2u);
  setenv("TESTBRIDGE_TEST_ONLY", "*.x", 1);
  EXPECT_EQ(select_tests(tests, {"A.*"}).size(), 1u);
  unsetenv("TESTBRIDGE_TEST_ONLY");
}

TEST(FailureInOutput, FindsTheFrameworksWords_AndTheirPlace) {
  std::string message;
  report::Location where;
  EXPECT_TRUE(failure_in_output(
      "[ RUN      ] Q.T\n/w/q_test.cc:40: Failure\nExpected equality of these values:\n  a\n    "
      "Which is: 1\n  2\n[  FAILED  ] Q.T\n",
      &message, &where));
  EXPECT_EQ(where.line, 40u);
  EXPECT_EQ(where.file, "/w/q_test.cc");
  EXPECT_EQ(message, "Expected equality of these values: a Which is: 1 2");
  EXPECT_TRUE(failure_in_output("prog: dir/a.cc:7: void f(): Assertion `x == 2' failed.\n",
                                &message, &where));
  EXPECT_EQ(message, "assertion `x == 2' failed");
  EXPECT_EQ(where.file, "dir/a.cc");
  EXPECT_FALSE(failure_in_output("all is well\n", &message, &where));
}

TEST(Divergence, IsASentence_ForEachWay) {
  campaign::Divergence d{};
  d.step = 14;
  d.wanted_value = 9;
  d.count = 2;
  d.values[0] = 2;
  d.values[1] = 1;
  EXPECT_EQ(divergence_text(d), "step 14 asks for thread 9, runnable were 1 and 2");
  d.count = 0;
  EXPECT_EQ(divergence_text(d), "step 14 asks for thread 9, but the execution ended before");
  d.count = 2;
  d.wanted_kind = model::ChoiceKind::timeout;
  EXPECT_NE(divergence_text(d).find("another one"), std::string::npos);
}

TEST(Hang, IsDescribed_WithTheCallAndItsDescriptor) {
  EXPECT_EQ(describe({Hang::Kind::blocked, "read", 3, 10}),
            "a thread blocked in read on descriptor 3 for 10 s");
  EXPECT_EQ(describe({Hang::Kind::blocked, "", 0, 10}),
            "a thread blocked in a system call for 10 s");
  EXPECT_NE(describe({Hang::Kind::spinning, "", 0, 10}).find("ran for 10 s"), std::string::npos);
}

}  // namespace
}  // namespace interleave::driver
