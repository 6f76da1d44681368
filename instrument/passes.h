// What the plugin adds to the optimiser's pipeline: the note, and instrumentation before optimisation.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "clang/Basic/CodeGenOptions.h"

namespace interleave::instrument {

struct PassSettings {
  std::string main_file;      // as it was named on the command line
  bool is_rewritten = false;  // std primitives were looked for
  bool has_other_text = false;  // what is compiled is not the text on disk
};

/// Adds our passes to the code generation of one translation unit.
void add_passes(clang::CodeGenOptions &options, const PassSettings &settings);

}  // namespace interleave::instrument
