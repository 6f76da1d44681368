// Findings as the program under test leaves them: raw, plain data in the campaign's memory.
// SPDX-License-Identifier: Apache-2.0
//
// Addresses here are of the process that ran; lib/driver turns them into names and source lines (report::Finding), which
// is what printers and fingerprints use.
#pragma once

#include <cstdint>

#include "model/ids.h"
#include "model/operation.h"

namespace interleave::model {

enum class Rule : std::uint8_t {
#define RULE(name, id, title, what, why, fix) name,
#include "model/rules.def"
#undef RULE
};

struct RuleText {
  const char *id, *title, *what, *why, *fix;
};
const RuleText &text(Rule);
int rule_count();
bool rule_of_id(const char *id, Rule *);   // "data-race" or "interleave/data-race"; false: no such rule

// A lock held by a party, and where it was taken.
struct Hold {
  ObjectId object;
  StackId stack;
};

// One thread's share in a finding: an access of a race, a blocked thread of a deadlock, an edge of a lock-order cycle.
struct Party {
  ThreadId thread;
  Op op;                     // what it did, or is blocked in
  bool is_atomic;
  bool is_blocked;           // waits in it for ever
  std::uint32_t size;        // bytes accessed
  std::uint32_t event;       // index of the event in the recorded execution; UINT32_MAX: not an event of its own
  std::uint64_t address;
  ObjectId object;
  StackId stack;             // where
  std::uint32_t hold_count;
  Hold holds[8];
};
inline constexpr int kMaxParties = 16;

struct FindingRecord {
  Rule rule;
  bool confirmed;            // false: a lock order that did not deadlock in any execution
  std::uint32_t party_count;
  Party parties[kMaxParties];  // the one that made it happen first
  bool is_soft;                // did not end its execution: see Campaign::soft_deviations
  std::uint32_t deviation_first, deviation_count;
  std::uint64_t execution;     // soft: in which of the request it came first, counted from 1,
  std::uint32_t preemptions;   // ... after how many preemptions
  std::int32_t signal;         // of a crash; 0: none
  std::int32_t exit_status;    // of a failed test
  std::uint64_t address;       // memory concerned: of a race, of a crash
  char message[480];           // what happened in words that need no address: assertion text, exception's what()
};

}  // namespace interleave::model
