// Schedule: which execution is meant, as a value and as the text that users see, paste and edit.
// SPDX-License-Identifier: Apache-2.0
//
//   il1:7c1e:14>2,17r1,22w3,30t,40s,41f,43c2,50b
//    |   |    |
//    |   |    deviations from the default: step, letter of the kind, value (t, s, f and b have none)
//    |   fingerprint of the default execution's operations, four hex digits
//    version of the text
//
// A step is a number of choices, and which choices there are depends on the memory model: a schedule of --memory-model sc says so
// before the fingerprint, il1:sc:7c1e:14>2. The exhaustive strategy counts choices in a way of its own (runtime/by_graph/exhaustive.h); its
// schedules have an x there, il1:x:7c1e:14>2, il1:sc:x:7c1e:14>2, and xf where it had a budget of weak failures, which are no choices
// otherwise: il1:xf:7c1e:41f.
//
// Nothing after the last colon is the default schedule. Steps strictly ascend. Texts longer than
// kMaxTextLength go to a .sched file: `# key: value` lines (command, test, settings), then the text
// up to the last colon, then one deviation a line. Driver side: it allocates. No file is opened
// here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/choice.h"
#include "support/error.h"

namespace interleave::model {

inline constexpr int kScheduleVersion = 1;
// Beyond this a line wraps in a terminal and cannot be pasted safely.
inline constexpr std::size_t kMaxTextLength = 100;

struct Schedule {
  std::uint32_t fingerprint = 0;       // 16 bits
  std::vector<Deviation> deviations;   // steps strictly ascending
  bool is_sc = false;                  // found under the memory model sc
  bool is_by_graph = false;            // found by the exhaustive strategy
  bool fails_weakly = false;           // ... which asked whether weak compare-exchanges fail
  friend bool operator==(const Schedule &, const Schedule &) = default;
};

// from_choices() is the list of those choices that were not the default's.
std::vector<Deviation> from_choices(std::span<const Choice> choices);

// preemptions() counts the choices taken that cost a preemption.
std::uint32_t preemptions(std::span<const Choice> choices);

// to_text() is the canonical text: parse_schedule(to_text(s)) == s.
std::string to_text(const Schedule &schedule);

// parse_schedule() accepts what to_text() makes and hand-edited relatives of it (surrounding
// blanks, leading zeros, upper case hex). Anything else is an Error that names the column.
support::Result<Schedule> parse_schedule(std::string_view text);

// A .sched file's contents. Keys consist of a-z, 0-9 and '-'; values may be any text.
struct ScheduleFile {
  std::vector<std::pair<std::string, std::string>> settings;   // in the order of the file
  Schedule schedule;
  // value() is the setting's value, or null.
  const std::string *value(std::string_view key) const;
};

std::string to_file_text(const ScheduleFile &file);

// parse_schedule_file() reads it back. Comment lines that are not `# key: value` are skipped; an
// Error names the line.
support::Result<ScheduleFile> parse_schedule_file(std::string_view text);

}  // namespace interleave::model
