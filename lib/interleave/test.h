// interleave::explore(): runs a piece of a test under every schedule; and what such a test may say.
// SPDX-License-Identifier: Apache-2.0
//
//   TEST(Queue, PushPop) {
//     EXPECT_TRUE(interleave::explore([] {
//       Queue queue;
//       std::thread other([&] { queue.push(1); });
//       queue.pop();
//       other.join();
//     }));
//   }
//
// The body is called once for each execution and must start from the same state each time: make the
// objects inside. It may create threads; an execution ends when the body has returned and they have
// ended.
#pragma once

#include <sched.h>

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <type_traits>
#include <utility>

#include "interleave/runtime.h"

// INTERLEAVE_CHECK(condition) ends the execution with a finding if the condition does not hold;
// without control it prints the condition and aborts. Needs no test framework.
#define INTERLEAVE_CHECK(...)               \
  (static_cast<bool>(__VA_ARGS__) ? void(0) \
                                  : ::interleave_check_failed(#__VA_ARGS__, __FILE__, __LINE__))

namespace interleave {

enum class Strategy {
  bounded,  // 0, 1, 2 ... preemptions in order, every schedule of each
  random,   // random walk
  pct,      // probabilistic concurrency testing
  exhaustive,  // all executions, of each class of equivalent ones one
};

enum class MemoryModel {
  cxx,  // RC11
  sc,   // a load reads the last store
};

inline constexpr std::uint32_t kUnbounded = UINT32_MAX;

// Under `interleave run` its command line decides, and of these only the name counts.
struct Options {
  const char *name = nullptr;  // of this body in reports; null: "file.cc:line" of the call
  Strategy strategy = Strategy::bounded;
  std::uint32_t bound = 2;           // most preemptions an execution may have
  std::uint64_t seed = 1;            // of the random strategies
  std::uint64_t max_executions = 0;  // 0: no limit
  std::uint64_t max_time_ms = 0;     // 0: no limit
  MemoryModel memory_model = MemoryModel::cxx;
  bool run_all = false;              // exhaustive: runs also what is known to pass
  std::uint32_t loop_bound = 0;      // exhaustive: most rounds of a loop; 0: none
  // exhaustive: only instrumented code reads what other threads wrote; then only threads that do something new run (faster)
  bool assume_told_reads = false;
};

// What exploration came to. The texts live as long as the Result.
class Result {
 public:
  explicit Result(const interleave_explore_result &raw) : raw_(raw) {}

  // ok(): some execution ran, and nothing was found in any.
  bool ok() const { return raw_.executions > 0 && rule()[0] == '\0' && message()[0] == '\0'; }
  explicit operator bool() const { return ok(); }
  // complete(): every schedule within the bound was executed.
  bool complete() const { return raw_.complete != 0; }
  // executions(): how many there were, with those recalled and without those blocked.
  std::uint64_t executions() const { return raw_.executions; }
  std::uint64_t recalled() const { return raw_.recalled; }  // exhaustive: known to pass, and not run as a whole
  std::uint64_t blocked() const { return raw_.blocked; }    // exhaustive: only steps to others
  const char *rule() const { return raw_.rule; }        // "data-race", "deadlock" ...; empty: none
  const char *message() const { return raw_.message; }  // what happened
  const char *schedule() const { return raw_.schedule; }  // replays it

  // Test frameworks print the finding: GoogleTest also where it expects a Result to be true, for
  // which it needs a conversion to its testing::AssertionResult.
  template <class Char, class Traits>
  friend std::basic_ostream<Char, Traits> &operator<<(std::basic_ostream<Char, Traits> &out,
                                                      const Result &result) {
    result.print(out);
    return out;
  }
  template <class Assertion, class = decltype(std::declval<const Assertion &>().failure_message()),
            class = std::enable_if_t<std::is_constructible<Assertion, bool>::value>>
  operator Assertion() const {
    Assertion assertion(ok());
    print(assertion);
    return assertion;
  }

 private:
  template <class Stream>
  void print(Stream &out) const {
    if (rule()[0] != '\0') out << rule() << ": ";
    if (message()[0] != '\0') out << message() << "; ";
    out << raw_.executions << (complete() ? " executions, complete" : " executions, not complete");
    if (schedule()[0] != '\0') out << "; schedule " << schedule();
  }

  interleave_explore_result raw_;
};

namespace detail {

inline const char *name(Strategy strategy) {
  switch (strategy) {
    case Strategy::random: return "random";
    case Strategy::pct: return "pct";
    case Strategy::exhaustive: return "exhaustive";
    case Strategy::bounded: break;
  }
  return "bounded";
}

// "file.cc:line", the name of a body that was given none.
class Place {
 public:
  Place(const char *file, unsigned line) {
    const char *base = file;
    for (const char *at = file; *at != '\0'; at++)
      if (*at == '/') base = at + 1;
    char digits[12];
    std::size_t count = 0;
    do digits[count++] = static_cast<char>('0' + line % 10);
    while ((line /= 10) != 0);
    std::size_t length = 0;
    while (*base != '\0' && length + count + 2 < sizeof text_) text_[length++] = *base++;
    text_[length++] = ':';
    while (count > 0) text_[length++] = digits[--count];
    text_[length] = '\0';
  }
  const char *text() const { return text_; }

 private:
  char text_[128];
};

}  // namespace detail

// explore() runs `body` under every schedule that the options allow, until one has a finding.
template <class Body>
Result explore(const Options &options, Body &&body, const char *file = __builtin_FILE(),
               unsigned line = __builtin_LINE()) {
  const detail::Place place(file, line);
  const interleave_explore_options raw = {
      options.name != nullptr ? options.name : place.text(),
      detail::name(options.strategy),
      options.bound,
      options.seed,
      options.max_executions,
      options.max_time_ms,
      options.memory_model == MemoryModel::sc ? "sc" : "c++",
      options.run_all,
      options.loop_bound,
      options.assume_told_reads,
  };
  auto call = [&body] { body(); };
  interleave_explore_result result = {};
  interleave_explore(
      &raw, [](void *context) noexcept { (*static_cast<decltype(call) *>(context))(); }, &call, &result);
  return Result(result);
}

template <class Body, class = decltype(std::declval<Body &>()())>
Result explore(Body &&body, const char *file = __builtin_FILE(), unsigned line = __builtin_LINE()) {
  return explore(Options(), body, file, line);
}

template <class Body>
Result explore(Strategy strategy, Body &&body, const char *file = __builtin_FILE(),
               unsigned line = __builtin_LINE()) {
  Options options;
  options.strategy = strategy;
  return explore(options, body, file, line);
}

template <class Body>
Result explore(const char *name, Body &&body) {
  Options options;
  options.name = name;
  return explore(options, body);
}

// choose() is a value in [0, n) that exploration enumerates like any other choice; 0 when run
// directly. n >= 1.
inline std::uint32_t choose(std::uint32_t n) { return interleave_choose(n); }

// yield() says that the calling thread waits for another one, so that a spin loop is not explored
// turn by turn.
inline void yield() { ::sched_yield(); }

}  // namespace interleave
