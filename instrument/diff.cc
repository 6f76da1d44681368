// A unified diff of two texts whose lines correspond one to one.
// SPDX-License-Identifier: Apache-2.0
#include "diff.h"

#include <algorithm>
#include <vector>

namespace interleave::instrument {
namespace {

constexpr size_t kContext = 3;

// Lines with their line breaks; the last one may have none.
std::vector<std::string> split(const std::string &text) {
  std::vector<std::string> lines;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size() - 1) + 1;
    lines.push_back(text.substr(begin, end - begin));
    begin = end;
  }
  return lines;
}

void append(std::string &out, char mark, const std::string &line) {
  out += mark;
  out += line;
  if (line.back() != '\n') out += "\n\\ No newline at end of file\n";
}

void append_hunk(std::string &out, const std::vector<std::string> &before,
                 const std::vector<std::string> &after, size_t begin, size_t end) {
  const std::string range = std::to_string(begin + 1) + "," + std::to_string(end - begin);
  out += "@@ -" + range + " +" + range + " @@\n";
  for (size_t i = begin; i < end;) {
    if (before[i] == after[i]) {
      append(out, ' ', before[i++]);
      continue;
    }
    size_t last = i;
    while (last < end && before[last] != after[last]) ++last;
    for (size_t j = i; j < last; ++j) append(out, '-', before[j]);
    for (size_t j = i; j < last; ++j) append(out, '+', after[j]);
    i = last;
  }
}

}  // namespace

std::string unified_diff(const std::string &file, const std::string &before,
                         const std::string &after) {
  const auto old_lines = split(before);
  const auto new_lines = split(after);
  const size_t count = std::min(old_lines.size(), new_lines.size());
  std::string hunks;
  for (size_t i = 0; i < count; ++i) {
    if (old_lines[i] == new_lines[i]) continue;
    const size_t begin = i > kContext ? i - kContext : 0;
    // The hunk grows while the next change is within two contexts of the last one.
    size_t last = i;
    for (size_t j = i; j < count && j <= last + 2 * kContext; ++j)
      if (old_lines[j] != new_lines[j]) last = j;
    const size_t end = std::min(count, last + kContext + 1);
    append_hunk(hunks, old_lines, new_lines, begin, end);
    i = end - 1;
  }
  if (hunks.empty()) return {};
  const std::string name = file.substr(file.find_first_not_of('/') == std::string::npos
                                           ? 0 : file.find_first_not_of('/'));
  return "--- a/" + name + "\n+++ b/" + name + "\n" + hunks;
}

}  // namespace interleave::instrument
