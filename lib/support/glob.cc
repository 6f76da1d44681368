// Glob patterns of test names, and suggestions for misspelt words.
// SPDX-License-Identifier: Apache-2.0
#include "support/glob.h"

#include <algorithm>
#include <vector>

namespace interleave::support {

// The usual two-pointer match: on a mismatch go back to the last star and let it take one character
// more.
bool matches_glob(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = std::string_view::npos, retry = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      retry = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      p++, t++;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++retry;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') p++;
  return p == pattern.size();
}

namespace {

bool matches_any(std::string_view list, std::string_view text) {
  while (true) {
    std::size_t colon = list.find(':');
    if (matches_glob(list.substr(0, colon), text)) return true;
    if (colon == std::string_view::npos) return false;
    list.remove_prefix(colon + 1);
  }
}

}  // namespace

bool matches_filter(std::string_view filter, std::string_view text) {
  if (filter == text) return true;
  std::size_t minus = filter.find('-');
  std::string_view wanted = filter.substr(0, minus);
  if (!wanted.empty() && !matches_any(wanted, text)) return false;
  return minus == std::string_view::npos || !matches_any(filter.substr(minus + 1), text);
}

// Optimal string alignment: Levenshtein's table, with one more way to reach a cell.
int edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<int>> table(a.size() + 1, std::vector<int>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); i++) table[i][0] = static_cast<int>(i);
  for (std::size_t j = 0; j <= b.size(); j++) table[0][j] = static_cast<int>(j);
  for (std::size_t i = 1; i <= a.size(); i++) {
    for (std::size_t j = 1; j <= b.size(); j++) {
      int replaced = table[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
      table[i][j] = std::min({table[i - 1][j] + 1, table[i][j - 1] + 1, replaced});
      bool is_swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (is_swapped) table[i][j] = std::min(table[i][j], table[i - 2][j - 2] + 1);
    }
  }
  return table[a.size()][b.size()];
}

namespace {

// How far two words are apart, in thirds of the longer one: 1 and less is near.
double distance_of(std::string_view word, std::string_view candidate) {
  return 3.0 * edit_distance(word, candidate) /
         static_cast<double>(std::max(word.size(), candidate.size()));
}

}  // namespace

std::string nearest(std::string_view word, std::span<const std::string> candidates) {
  constexpr double kNear = 1,
                   kOfPart = 0.1;  // a match of a part is a little worse than one of the whole
  std::string best;
  double best_distance = kNear + kOfPart;
  auto try_one = [&](const std::string &candidate, double distance) {
    if (distance > kNear || distance >= best_distance) return;
    best = candidate;
    best_distance = distance;
  };
  for (const std::string &candidate : candidates) {
    try_one(candidate, distance_of(word, candidate));
    for (std::string_view rest = word; !rest.empty();) {
      std::size_t dash = rest.find('-');
      std::string_view part = rest.substr(0, dash);
      if (part.size() >= 3) try_one(candidate, distance_of(part, candidate) + kOfPart);
      rest.remove_prefix(dash == std::string_view::npos ? rest.size() : dash + 1);
    }
  }
  return best;
}

}  // namespace interleave::support
