// What the terminal can do: colours, width, whether a line may be rewritten.
// SPDX-License-Identifier: Apache-2.0
//
// Rules in order: the flag; NO_COLOR (present and not empty) off; CLICOLOR_FORCE or FORCE_COLOR
// (not empty, not "0") on; TERM=dumb off; otherwise on for a terminal. CI=true never moves the
// cursor.
#pragma once

#include <string>
#include <string_view>

namespace interleave::support {

enum class When { automatic, always, never };

bool is_terminal(int fd);
bool use_color(When when, int fd);
bool may_rewrite_lines(int fd);  // a terminal, not dumb, not CI

// terminal_width() asks the terminal, then COLUMNS, then says 80. Never below 40.
int terminal_width(int fd);

// Text with or without colour, chosen once.
class Paint {
 public:
  explicit Paint(bool on) : on_(on) {}
  std::string red(std::string_view text) const { return wrap("1;31", text); }
  std::string green(std::string_view text) const { return wrap("32", text); }
  std::string yellow(std::string_view text) const { return wrap("33", text); }
  std::string cyan(std::string_view text) const { return wrap("36", text); }
  std::string bold(std::string_view text) const { return wrap("1", text); }
  std::string dim(std::string_view text) const { return wrap("2", text); }
  bool is_on() const { return on_; }

 private:
  std::string wrap(const char *code, std::string_view text) const;
  bool on_;
};

// display_width() is the number of columns that UTF-8 text takes (every code point one; no escape
// sequences).
int display_width(std::string_view text);

// cut() shortens to at most `width` columns, the last one then being "…".
std::string cut(std::string_view text, int width);

// pad() fills with spaces up to `width` columns.
std::string pad(std::string_view text, int width);

// with_commas() is 1204 as "1,204".
std::string with_commas(std::uint64_t number);

}  // namespace interleave::support
