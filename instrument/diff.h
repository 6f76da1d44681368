// A unified diff of two texts whose lines correspond one to one.
// SPDX-License-Identifier: Apache-2.0
//
// Rewriting never adds or removes lines, so no longest common subsequence is needed: line n of the one
// text is line n of the other.
#pragma once

#include <string>

namespace interleave::instrument {

/// Returns a git-style diff ("--- a/file", "+++ b/file", 3 lines of context), empty if nothing changed.
std::string unified_diff(const std::string &file, const std::string &before,
                         const std::string &after);

}  // namespace interleave::instrument
