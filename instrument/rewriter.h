// Finds uses of std primitives in a parsed translation unit and replaces them by the shim's names.
// SPDX-License-Identifier: Apache-2.0
//
// Why it exists: the plugin (which compiles the result) and `interleave rewrite` (which shows it) must
//   do exactly the same; both call collect_rewrites().
// How it works: uses.cc walks the AST, so aliases, using-declarations, template arguments and overloads
//   are resolved by the compiler, not guessed. This file then asks where each use is spelled. Only one
//   contiguous range of one file is ever replaced, and a replacement keeps the line breaks of its range,
//   so line numbers never change. A use that is not such a range is left alone and reported.
// What is rewritten is decided by path: everything but the standard library's own directories, the
//   compiler's builtin headers, the shim and what the user excluded; also headers found by -isystem.
// Cost: one walk over the declarations outside the standard library.
// Limits: a header that is included twice with different meanings of one spelling is rewritten with the
//   first meaning; columns behind a replacement on its line move.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "clang/AST/ASTContext.h"
#include "clang/Basic/SourceLocation.h"
#include "clang/Lex/HeaderSearchOptions.h"

namespace interleave::instrument {

/// One row of shim_map.def.
struct ShimRow {
  const char *std_name;   // "std::this_thread::yield"
  const char *shim_name;  // "this_thread::yield", below ::interleave
  const char *header;     // "thread.h", below <interleave/>
};

/// Returns the row for a declaration of the standard library, or null if it keeps its meaning.
const ShimRow *find_shim(const clang::NamedDecl *declaration);

/// Returns every shim header once, in the order of the table.
std::vector<std::string> all_shim_headers();

/// Which files are left alone.
class PathRules {
 public:
  /// Adds the directories of the standard library that the header search would look in.
  void add_standard_library(const clang::HeaderSearchOptions &search);
  /// Leaves a file, or everything below a directory, alone.
  void exclude(const std::string &path);
  bool is_rewritten(llvm::StringRef path) const;

 private:
  std::vector<std::string> excluded_;
};

/// One replacement in one file.
struct Edit {
  unsigned length;
  std::string text;
  const ShimRow *row;
};

/// A use that had to stay, with where and why.
struct LeftAlone {
  clang::SourceLocation where;
  std::string message;
};

struct Rewrites {
  /// File name as it was opened ("" is a main file without a name) -> offset -> replacement.
  std::map<std::string, std::map<unsigned, Edit>> files;
  /// The original text of each file in `files`.
  std::map<std::string, std::string> originals;
  std::set<std::string> headers;  // the shim headers the replacements need
  std::vector<LeftAlone> left_alone;
  bool in_precompiled = false;  // some of `files` came from a precompiled header

  /// Returns the rewritten text of one of `files`.
  std::string text_of(const std::string &file) const;
};

/// Walks a whole translation unit. It must have been parsed without errors.
Rewrites collect_rewrites(clang::ASTContext &context, const PathRules &paths);

}  // namespace interleave::instrument
