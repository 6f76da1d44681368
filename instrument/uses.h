// The walk over the AST that finds every place where user code names a std primitive.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <utility>
#include <vector>

#include "rewriter.h"

namespace interleave::instrument {

/// One place that names a primitive, as the AST has it (locations may be inside macros).
struct Use {
  const ShimRow *row;
  clang::SourceLocation name;       // the last identifier
  clang::SourceLocation qualifier;  // where its qualifier begins; invalid if there is none
  bool is_definition = false;       // a specialisation of the primitive itself: cannot be moved
};

struct Uses {
  std::vector<Use> found;
  /// Spellings (file, offset) in macros that meant something else at least once.
  std::set<std::pair<clang::FileID, unsigned>> other_meanings;
};

/// Finds the uses outside the files that `paths` leaves alone.
Uses find_uses(clang::ASTContext &context, const PathRules &paths);

}  // namespace interleave::instrument
