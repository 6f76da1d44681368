// Glob patterns of test names, and suggestions for misspelt words.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace interleave::support {

// matches_glob() is true when all of `text` matches: `*` is any text (also with dots and slashes),
// `?` one character.
bool matches_glob(std::string_view pattern, std::string_view text);

// matches_filter() takes a colon-separated list of globs, as GoogleTest does: "A*:B*-A.Slow" is A*
// or B*, but not A.Slow. A filter that is `text` itself matches, too, for names may have colons.
bool matches_filter(std::string_view filter, std::string_view text);

// edit_distance() counts the insertions, deletions, replacements and swaps of neighbours that turn
// a into b.
int edit_distance(std::string_view a, std::string_view b);

// nearest() is the candidate that `word`, or a part of it between dashes, was most likely meant to
// be; empty when none is near (more than a third of the characters differ).
std::string nearest(std::string_view word, std::span<const std::string> candidates);

}  // namespace interleave::support
