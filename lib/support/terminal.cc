// What the terminal can do, and how wide text is.
// SPDX-License-Identifier: Apache-2.0
#include "support/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace interleave::support {
namespace {

std::string_view env(const char *name) {
  const char *value = std::getenv(name);
  return value ? value : "";
}

bool is_set(const char *name) { return !env(name).empty() && env(name) != "0"; }

}  // namespace

bool is_terminal(int fd) { return isatty(fd) == 1; }

bool use_color(When when, int fd) {
  if (when != When::automatic) return when == When::always;
  if (!env("NO_COLOR").empty()) return false;
  if (is_set("CLICOLOR_FORCE") || is_set("FORCE_COLOR")) return true;
  return is_terminal(fd) && env("TERM") != "dumb";
}

bool may_rewrite_lines(int fd) {
  return is_terminal(fd) && env("TERM") != "dumb" && env("CI") != "true";
}

int terminal_width(int fd) {
  constexpr int kUsual = 80, kLeast = 40;
  winsize size{};
  int width = 0;
  if (ioctl(fd, TIOCGWINSZ, &size) == 0) width = size.ws_col;
  if (width == 0) width = std::atoi(std::string(env("COLUMNS")).c_str());
  return width <= 0 ? kUsual : std::max(width, kLeast);
}

std::string Paint::wrap(const char *code, std::string_view text) const {
  if (!on_ || text.empty()) return std::string(text);
  return std::string("\033[") + code + "m" + std::string(text) + "\033[0m";
}

int display_width(std::string_view text) {
  return static_cast<int>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

std::string cut(std::string_view text, int width) {
  if (display_width(text) <= width) return std::string(text);
  if (width <= 0) return "";
  std::size_t at = 0;
  for (int columns = 0; columns < width - 1; columns++) {
    at++;
    while (at < text.size() && (text[at] & 0xc0) == 0x80) at++;
  }
  return std::string(text.substr(0, at)) + "…";
}

std::string pad(std::string_view text, int width) {
  return std::string(text) +
         std::string(static_cast<std::size_t>(std::max(0, width - display_width(text))), ' ');
}

std::string with_commas(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return digits;
}

}  // namespace interleave::support
