// Schedule text: printing it, and reading it back with errors that help.
// SPDX-License-Identifier: Apache-2.0
#include "model/schedule.h"

#include <algorithm>

namespace interleave::model {
namespace {

using support::fail;
using support::Result;

constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::string_view kForm = "a schedule looks like il1:7c1e:14>2,31>1 (step, kind, value)";
constexpr std::string_view kSc = "sc:", kByGraph = "x:", kFailsWeakly = "xf:";
constexpr std::string_view kKinds =
    "kinds are > thread, r read, m position, w waiter, t timeout, s spurious wake-up, "
    "f failed compare-exchange, c choose, b blocks";

bool has_value(ChoiceKind kind) {
  return kind != ChoiceKind::timeout && kind != ChoiceKind::spurious &&
         kind != ChoiceKind::weak_fail && kind != ChoiceKind::blocks;
}

bool names_thread(ChoiceKind kind) {
  return kind == ChoiceKind::thread || kind == ChoiceKind::waiter;
}

std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// What stands at a place in a message: a character as such, anything unprintable by its number.
std::string shown(char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (byte >= 0x20 && byte < 0x7f) return std::string("'") + c + "'";
  return "byte " + std::to_string(byte);
}

void append(std::string *out, const Deviation &d) {
  *out += std::to_string(d.step);
  *out += letter(d.kind);
  if (has_value(d.kind)) *out += std::to_string(d.value);
}

void append_head(std::string *out, const Schedule &schedule) {
  static constexpr char kHex[] = "0123456789abcdef";
  *out += "il" + std::to_string(kScheduleVersion) + ":";
  if (schedule.is_sc) *out += kSc;
  if (schedule.is_by_graph) *out += schedule.fails_weakly ? kFailsWeakly : kByGraph;
  for (int shift = 12; shift >= 0; shift -= 4) *out += kHex[schedule.fingerprint >> shift & 15];
  *out += ':';
}

// Reads one line of schedule text from left to right. Every function returns false after it has
// set the error.
class Parser {
 public:
  // `line` is 0 for text that has only one.
  Parser(std::string_view text, std::size_t line) : text_(text), line_(line) {
    while (!text_.empty() && kBlanks.find(text_.back()) != kBlanks.npos) text_.remove_suffix(1);
    while (!at_end() && kBlanks.find(text_[at_]) != kBlanks.npos) at_++;
  }

  bool at_end() const { return at_ == text_.size(); }

  bool skip(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }

  // "il1:7c1e:", "il1:sc:7c1e:", "il1:x:7c1e:", "il1:xf:7c1e:", "il1:sc:x:7c1e:" ...
  bool read_head(Schedule *schedule) {
    if (text_.substr(at_, 2) != "il") return error("a schedule begins with 'il1:'", kForm);
    at_ += 2;
    std::uint32_t version = 0;
    if (!read_number("the version", &version)) return false;
    if (version != kScheduleVersion) return error_of_version(version);
    if (!read_colon()) return false;
    schedule->is_sc = skip(kSc);
    schedule->fails_weakly = skip(kFailsWeakly);
    schedule->is_by_graph = schedule->fails_weakly || skip(kByGraph);
    schedule->fingerprint = 0;
    for (int i = 0; i < 4; i++, at_++) {
      const int digit = at_end() ? -1 : hex_digit(text_[at_]);
      if (digit < 0) return error_here("four hex digits of the fingerprint", kForm);
      schedule->fingerprint = schedule->fingerprint << 4 | static_cast<std::uint32_t>(digit);
    }
    return read_colon();
  }

  // "14>2,31>1" up to the end of the line; with `open_end`, a comma may be last.
  bool read_deviations(std::vector<Deviation> *out, bool open_end) {
    while (!at_end()) {
      if (!read_deviation(out)) return false;
      if (at_end()) return true;
      if (text_[at_] != ',') return error_here("a comma or the end", kForm);
      at_++;
      if (at_end() && !open_end) return error("a deviation is missing after the last comma", kForm);
    }
    return true;
  }

  const support::Error &why() const { return error_; }

 private:
  bool read_deviation(std::vector<Deviation> *out) {
    const std::size_t begin = at_;
    Deviation d{};
    if (!read_number("a step", &d.step)) return false;
    if (!out->empty() && d.step <= out->back().step) {
      at_ = begin;
      return error("step " + std::to_string(d.step) + " does not come after step " +
                       std::to_string(out->back().step),
                   "each step can be answered once; write them in ascending order");
    }
    if (at_end() || !kind_of_letter(text_[at_], &d.kind)) return error_here("a kind", kKinds);
    const char kind = text_[at_++];
    if (has_value(d.kind)) {
      if (!read_value(kind, &d)) return false;
    } else {
      if (!at_end() && is_digit(text_[at_])) {
        return error(std::string("'") + kind + "' takes no value", kKinds);
      }
      d.value = 1;
    }
    out->push_back(d);
    return true;
  }

  bool read_value(char kind, Deviation *d) {
    const std::size_t begin = at_;
    if (!read_number(names_thread(d->kind) ? "a thread's number" : "a value", &d->value)) {
      return false;
    }
    if (!names_thread(d->kind) || d->value < kMaxThreads) return true;
    at_ = begin;
    return error(std::string("there is no thread ") + std::to_string(d->value) + " for '" + kind +
                     "'",
                 "threads are numbered from 0 to " + std::to_string(kMaxThreads - 1));
  }

  bool read_number(const char *what, std::uint32_t *out) {
    const std::size_t begin = at_;
    std::uint64_t number = 0;
    for (; !at_end() && is_digit(text_[at_]); at_++) {
      number = number * 10 + static_cast<std::uint64_t>(text_[at_] - '0');
      if (number > UINT32_MAX) {
        at_ = begin;
        return error(std::string(what) + " is too large", "the largest is 4294967295");
      }
    }
    if (at_ == begin) return error_here(what, kForm);
    *out = static_cast<std::uint32_t>(number);
    return true;
  }

  bool read_colon() {
    if (at_end() || text_[at_] != ':') return error_here("':'", kForm);
    at_++;
    return true;
  }

  bool error_of_version(std::uint32_t version) {
    return error("the schedule is of version " + std::to_string(version) +
                     ", this interleave reads version " + std::to_string(kScheduleVersion),
                 "replay it with the interleave that printed it, or run the test again");
  }

  bool error_here(std::string_view expected, std::string_view hint) {
    const std::string found = at_end() ? "the end" : shown(text_[at_]);
    return error("expected " + std::string(expected) + ", found " + found, hint);
  }

  bool error(const std::string &message, std::string_view hint) {
    std::string place = "malformed schedule";
    if (line_ != 0) place += ", line " + std::to_string(line_);
    place += ", column " + std::to_string(at_ + 1) + ": ";
    error_ = {place + message, std::string(hint), 2};
    return false;
  }

  std::string_view text_;
  std::size_t line_;
  std::size_t at_ = 0;
  support::Error error_;
};

// A setting's value is one line of the file: line breaks in it, and the backslash, are escaped.
std::string escaped(std::string_view value) {
  std::string out;
  for (const char c : value) {
    if (c == '\\') out += "\\\\";
    else if (c == '\n') out += "\\n";
    else if (c == '\r') out += "\\r";
    else out += c;
  }
  return out;
}

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); i++) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    const char c = text[++i];
    out += c == 'n' ? '\n' : c == 'r' ? '\r' : c;
  }
  return out;
}

// "# key: value", else nothing is added.
void read_setting(std::string_view line, ScheduleFile *file) {
  line.remove_prefix(1);
  if (!line.empty() && line.front() == ' ') line.remove_prefix(1);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) return;
  const std::string_view key = line.substr(0, colon);
  const bool is_key = std::all_of(key.begin(), key.end(), [](char c) {
    return is_digit(c) || c == '-' || (c >= 'a' && c <= 'z');
  });
  if (!is_key) return;
  std::string_view value = line.substr(colon + 1);
  if (!value.empty() && value.front() == ' ') value.remove_prefix(1);
  file->settings.emplace_back(key, unescaped(value));
}

}  // namespace

std::vector<Deviation> from_choices(std::span<const Choice> choices) {
  std::vector<Deviation> out;
  for (std::size_t i = 0; i < choices.size(); i++) {
    const Choice &c = choices[i];
    if (c.taken == 0) continue;
    out.push_back({static_cast<Step>(i), c.kind, c.value, c.current, c.ordinal});
  }
  return out;
}

std::uint32_t preemptions(std::span<const Choice> choices) {
  std::uint32_t count = 0;
  for (const Choice &c : choices) count += c.preempts && c.taken != 0;
  return count;
}

std::string to_text(const Schedule &schedule) {
  std::string out;
  append_head(&out, schedule);
  for (const Deviation &d : schedule.deviations) {
    if (&d != schedule.deviations.data()) out += ',';
    append(&out, d);
  }
  return out;
}

Result<Schedule> parse_schedule(std::string_view text) {
  Schedule schedule;
  Parser parser(text, 0);
  if (!parser.read_head(&schedule) ||
      !parser.read_deviations(&schedule.deviations, false)) {
    return tl::make_unexpected(parser.why());
  }
  return schedule;
}

const std::string *ScheduleFile::value(std::string_view key) const {
  for (const auto &setting : settings) {
    if (setting.first == key) return &setting.second;
  }
  return nullptr;
}

std::string to_file_text(const ScheduleFile &file) {
  std::string out = "# Schedule of interleave; replay it with: interleave replay <this file>\n";
  for (const auto &[key, value] : file.settings) out += "# " + key + ": " + escaped(value) + "\n";
  append_head(&out, file.schedule);
  out += '\n';
  for (const Deviation &d : file.schedule.deviations) {
    append(&out, d);
    out += '\n';
  }
  return out;
}

Result<ScheduleFile> parse_schedule_file(std::string_view text) {
  ScheduleFile file;
  bool has_head = false;
  for (std::size_t line = 1; !text.empty(); line++) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view all = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::string_view content = trim(all);
    if (content.empty()) continue;
    if (content.front() == '#') {
      read_setting(all.substr(all.find('#')), &file);
      continue;
    }
    Parser parser(all, line);
    if ((!has_head && !parser.read_head(&file.schedule)) ||
        !parser.read_deviations(&file.schedule.deviations, true)) {
      return tl::make_unexpected(parser.why());
    }
    has_head = true;
  }
  if (!has_head) {
    return fail("malformed schedule: no line begins with 'il1:'", std::string(kForm));
  }
  return file;
}

}  // namespace interleave::model
