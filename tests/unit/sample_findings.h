// Findings made by hand, one for each look of a report.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "report/result.h"

namespace interleave::report {

inline Location place(const std::string &function, const std::string &file, unsigned line,
                      const std::string &source = "") {
  return {function, file, line, 3, source};
}

inline TraceStep step(std::uint32_t schedule_step, std::uint32_t thread, const std::string &text,
                      unsigned line, Why why) {
  TraceStep s;
  s.schedule_step = schedule_step;
  s.thread = thread;
  s.text = text;
  s.where = place("f()", "src/queue.h", line);
  s.why = why;
  return s;
}

inline void number(Finding &f) {
  for (std::size_t i = 0; i < f.steps.size(); i++) {
    f.steps[i].number = static_cast<std::uint32_t>(i + 1);
    f.hidden_steps += f.steps[i].why == Why::none;
  }
  f.fingerprint = fingerprint(f);
}

inline Finding sample_race() {
  Finding f;
  f.rule = model::Rule::data_race;
  f.test = "Queue.CloseRace";
  f.program = "./queue_test";
  f.object = "queue.closed_";
  f.object_description = "global of 96 bytes, declared at src/queue_test.cc:12";
  f.message = "on queue.closed_";
  f.primary = place("Queue::close()", "src/queue.h", 48, "closed_ = true;");
  Frame frame{f.primary, false, false, "queue_test"};
  Frame library{
      place("std::thread::_Invoker<...>::_M_run()", "/usr/include/c++/12/bits/std_thread.h", 210),
      true, true, "queue_test"};
  Frame outer{place("lambda in Queue_CloseRace_Test::TestBody", "src/queue_test.cc", 21,
                    "std::thread closer([&] { queue.close(); });"),
              false, false, "queue_test"};
  f.accesses = {{2, "write", f.object, 1, false, f.primary, {frame, outer, library, library}, {}},
                {1,
                 "read",
                 f.object,
                 1,
                 false,
                 place("Queue::pop()", "src/queue.h", 31,
                       "while (!closed_ && items_.empty()) changed_.wait(lock);"),
                 {},
                 {{"queue.mutex_", place("Queue::pop()", "src/queue.h", 30)}}}};
  f.threads = {{0, "", "main", -1, {}, "waits for the end of a thread"},
               {1, "reader", "lambda in Queue_CloseRace_Test::TestBody", 0,
                place("TestBody", "src/queue_test.cc", 20), "waits for a notify of changed_"},
               {2, "closer", "lambda in Queue_CloseRace_Test::TestBody", 0,
                place("TestBody", "src/queue_test.cc", 21), "running"}};
  f.steps = {step(3, 0, "create thread 1", 20, Why::creation),
             step(4, 0, "create thread 2", 21, Why::creation),
             step(6, 1, "start", 20, Why::none),
             step(9, 1, "lock queue.mutex_", 30, Why::same_object),
             step(14, 1, "read queue.closed_", 31, Why::finding),
             step(15, 2, "start", 21, Why::preemption),
             step(15, 2, "write queue.closed_", 48, Why::finding)};
  f.steps[5].is_preemption = f.steps[5].is_switch = true;
  f.explanation = {
      "Nothing orders the two accesses: thread 2 \"closer\" does not hold queue.mutex_."};
  f.schedule = {"il1:7c1e:14>2", ".interleave/queue_test/Queue.CloseRace/1.sched", false, 1, 1, 15};
  f.strategy = "bounded";
  f.bound = 1;
  f.executions = 57;
  f.replay_command = "interleave replay 'il1:7c1e:14>2' -t Queue.CloseRace -- ./queue_test";
  number(f);
  return f;
}

inline Finding sample_deadlock() {
  Finding f;
  f.rule = model::Rule::deadlock;
  f.test = "Dining.Two";
  f.program = "./dining";
  f.message = "2 threads are blocked for ever";
  f.primary = place("eat(int)", "src/queue.h", 15);
  for (std::uint32_t t : {1u, 2u})
    f.accesses.push_back(
        {t,
         "lock",
         t == 1 ? "fork[1]" : "fork[0]",
         0,
         true,
         f.primary,
         {},
         {{t == 1 ? "fork[0]" : "fork[1]", place("eat(int)", "src/queue.h", 14)}}});
  f.threads = {{0, "", "main", -1, {}, "waits for the end of a thread"},
               {1, "", "eat(int)", 0, {}, ""},
               {2, "", "eat(int)", 0, {}, ""}};
  f.steps = {step(2, 1, "lock fork[0]", 14, Why::same_object),
             step(3, 2, "lock fork[1]", 14, Why::preemption),
             step(4, 2, "lock fork[0]", 15, Why::blocked),
             step(4, 1, "lock fork[1]", 15, Why::blocked)};
  f.steps[1].is_preemption = true;
  f.steps[2].note = f.steps[3].note = "for ever";
  f.explanation = {"thread 1 holds fork[0] (queue.h:14), waits for fork[1] (queue.h:15)",
                   "thread 2 holds fork[1] (queue.h:14), waits for fork[0] (queue.h:15)"};
  f.schedule = {"il1:02bd:2>2", "", false, 1, 1, 4};
  f.strategy = "bounded";
  f.bound = 1;
  f.executions = 812;
  f.replay_command = "interleave replay 'il1:02bd:2>2' -t Dining.Two -- ./dining";
  number(f);
  return f;
}

inline Finding sample_four_threads() {
  Finding f = sample_race();
  f.threads.push_back({3, "", "a_function_with_a_rather_long_name(int, int)", 0, {}, "ended"});
  f.steps.insert(f.steps.begin() + 3,
                 step(8, 3, "update a.very.long.path.to.some.counter 41 → 42 (relaxed)", 77,
                      Why::same_object));
  f.hidden_steps = 0;
  number(f);
  return f;
}

inline Finding sample_long_schedule() {
  Finding f = sample_race();
  f.strategy = "random";
  f.schedule.is_long = true;
  f.schedule.deviations = 40;
  f.schedule.preemptions = 17;
  f.replay_command = "interleave replay .interleave/queue_test/Queue.CloseRace/1.sched";
  return f;
}

inline Finding sample_test_failed() {
  Finding f;
  f.rule = model::Rule::test_failed;
  f.test = "Queue.TwoConsumersShareOneValue";
  f.program = "./queue_test";
  f.message = "Expected equality of these values: queue.try_pop() Which is: (nullopt) 1";
  f.primary = place("", "src/queue_test.cc", 40, "EXPECT_EQ(queue.try_pop(), 1);");
  f.explanation = {"No particular interleaving is needed: it fails under the default schedule."};
  f.output =
      "[ RUN      ] Queue.TwoConsumersShareOneValue\npopping\nsrc/queue_test.cc:40: Failure\n[  "
      "FAILED  ] "
      "Queue.TwoConsumersShareOneValue (0 ms)\n\n 1 FAILED TEST\n";
  f.schedule = {"il1:b657:", "", false, 0, 0, 9};
  f.strategy = "bounded";
  f.executions = 1;
  f.replay_command =
      "interleave replay il1:b657: -t Queue.TwoConsumersShareOneValue -- ./queue_test";
  number(f);
  return f;
}

inline Coverage bounded(std::uint64_t executions, bool is_complete) {
  Coverage c;
  c.strategy = "bounded";
  c.bound = 2;
  c.executions = executions;
  c.is_complete = is_complete;
  c.drained = is_complete ? 2 : 1;
  c.level_done = is_complete ? 1 : 0.43;
  c.steps_min = 8;
  c.steps_max = 20;
  c.steps_sum = 12 * executions;
  return c;
}

inline TestResult test(const std::string &name, Verdict verdict, double seconds) {
  TestResult result;
  result.name = name;
  result.verdict = verdict;
  result.seconds = seconds;
  return result;
}

inline RunResult sample_run() {
  RunResult run;
  run.program = "./queue_test";
  run.arguments = {"--size", "3"};
  run.settings = {"auto", "c++", "stop", "fibers", 2, 1, 0, 20000, 60, 1, 1, 1, 1};
  run.seconds = 60.4;
  Coverage sampled;
  sampled.strategy = "pct";
  sampled.executions = 1000;
  sampled.seed = 1;
  run.tests = {test("Queue.PushPop", Verdict::passed, 0.3),
               test("Queue.Everything", Verdict::passed, 0),
               test("Queue.CloseRace", Verdict::failed, 0.1),
               test("Queue.Drain", Verdict::passed, 60),
               test("Queue.Names", Verdict::sequential, 0),
               test("Queue.Sampled", Verdict::passed, 125),
               test("Queue.ANameThatIsMuchLongerThanItsColumn", Verdict::untestable, 0),
               test("Queue.Cut", Verdict::interrupted, 1)};
  run.tests[0].coverage = {bounded(1204, true), sampled};
  run.tests[1].coverage = {bounded(10, true)};
  run.tests[1].coverage[0].is_everything = true;
  run.tests[2].coverage = {bounded(57, false)};
  run.tests[2].findings = {sample_race()};
  run.tests[3].coverage = {bounded(41300, false)};
  run.tests[5].coverage = {sampled};
  run.tests[6].failure = "an execution created more than 256 threads";
  run.tests[7].coverage = {bounded(18, false)};
  return run;
}

}  // namespace interleave::report
