// Finding: what was found, in the user's words; everything a printer needs and nothing that changes
// from run to run. SPDX-License-Identifier: Apache-2.0
//
// Made by lib/driver from a recorded execution (model::FindingRecord, events, stacks) and read by
// the printers of this folder, which know no engine. No addresses and no times: two runs of one
// input give equal Findings.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/finding.h"

namespace interleave::report {

// A place in the source. `file` is relative to the working directory where it lies in it.
struct Location {
  std::string function;  // short: "Queue::pop()", "lambda in main"
  std::string file;
  unsigned line = 0, column = 0;
  std::string source;  // the line's text without indentation; empty: not readable
  bool is_known() const { return line != 0; }
};

struct Frame {
  Location where;
  bool is_inlined = false;
  bool is_folded =
      false;           // of the standard library, of the system, of ours: hidden in the short view
  std::string module;  // file name of the library when there is no source
};

struct Lock {
  std::string name;
  Location taken;
};

// One thread's share: an access of a race, a blocked thread, an edge of a lock-order cycle.
struct Access {
  std::uint32_t thread = 0;
  std::string operation;    // "write", "atomic read", "lock", "wait"
  std::string object;       // what on; may be empty
  std::uint32_t size = 0;   // bytes; 0: not a memory access
  bool is_blocked = false;  // it waits in the operation for ever
  Location where;
  std::vector<Frame> stack;
  std::vector<Lock> locks;  // held meanwhile
  std::string waits_for = {};  // a blocked wait: "a notify of ", to stand before the object; else empty
};

struct ThreadEntry {
  std::uint32_t id = 0;
  std::string name;  // as set by the program; empty: none
  std::string role;  // its outermost function of the user: "reader()"
  std::int64_t parent = -1;
  Location created;
  std::string state;  // at the end: "ended", "blocked in lock of m", "running"
};

// Why a step is shown: the first that applies, in this order.
enum class Why : std::uint8_t {
  none,         // does not matter to the finding
  finding,      // it is one of the finding's accesses
  weak_order,   // would order a race's accesses, were it not too weak
  blocked,      // its thread never got past it
  preemption,   // the first after a switch that the schedule asked for
  choice,       // another answer than the default one was given here
  same_object,  // on an object of the finding, by a thread of the finding
  last_before,  // the last of a thread before another one ran
  creation,     // makes a thread of the finding
};
const char *words(Why why);  // for machines and the full view: "same-object"

struct TraceStep {
  std::uint32_t number = 0;         // events before it, from 1
  std::uint32_t schedule_step = 0;  // choices made before it: the number in the schedule's text
  std::uint32_t thread = 0;
  std::string text;  // "lock mutex_", "read closed_ → 0"
  Location where;
  Why why = Why::none;
  bool is_switch = false;      // another thread ran before
  bool is_preemption = false;  // ... and could have gone on
  std::string note;            // "timed out", "woken without a notify"; may be empty
};

struct Schedule {
  std::string text;      // il1:7c1e:14>2
  std::string file;      // where it was saved; empty: nowhere
  bool is_long = false;  // past what a line holds: print the file's name instead
  std::uint32_t deviations = 0, preemptions = 0, steps = 0;
  std::uint32_t stale_reads = 0;  // ... and stores that went before newer ones
};

struct Finding {
  model::Rule rule{};
  bool is_confirmed = true;  // false: a lock order that did not deadlock
  std::string test, program;
  std::string message;             // one line: "on closed_", "assertion `x == 2' failed"
  std::string object;              // name of what it is about; may be empty
  std::string object_description;  // "global of 4 bytes, declared at counter.cc:3"
  Location primary;
  std::vector<Access> accesses;
  std::vector<ThreadEntry> threads;
  std::vector<TraceStep> steps;
  std::uint32_t hidden_steps = 0;        // how many have Why::none
  std::vector<std::string> explanation;  // sentences that say what follows from the above
  Schedule schedule;
  std::string strategy;          // that found it
  std::uint32_t bound = 0;       // level of the bounded strategy at which it was found
  std::uint64_t executions = 0;  // until found
  std::string fingerprint;       // 16 hex digits: see fingerprint()
  std::string output;            // of the program in the failing execution
  std::string replay_command;    // complete, to paste into a shell
};

// fingerprint() identifies the bug across builds and edits: rule, operations and functions of the
// accesses (sorted), the object's name. No lines, no addresses, no thread numbers.
std::string fingerprint(const Finding &finding);

// primary_access() is the one that `primary` is the place of: the first that is no join, for joins of blocked threads are consequences.
// Null: there are none.
const Access *primary_access(const Finding &finding);

// thread_label() is "main", "thread 2", or "thread 2 "closer"".
std::string thread_label(const Finding &finding, std::uint32_t id);
const ThreadEntry *thread_entry(const Finding &finding, std::uint32_t id);

// file_and_line() is "queue.h:48", with the folders left out (`is_short`) or as in the location.
std::string file_and_line(const Location &location, bool is_short = false);

}  // namespace interleave::report
