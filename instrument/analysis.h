// The first parse of the plugin: prints the diagnostics and collects the replacements.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "clang/Frontend/CompilerInstance.h"

#include "rewriter.h"

namespace interleave::instrument {

/// Parses what `host` was asked to compile, as it is written, printing its diagnostics. Writes no file.
/// Returns nothing if there were errors.
std::optional<Rewrites> analyse(clang::CompilerInstance &host, const PathRules &paths);

/// Replaces a precompiled header by including the files it was made from.
void include_instead_of_pch(clang::CompilerInstance &host);

}  // namespace interleave::instrument
