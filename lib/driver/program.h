// Program: what the user wants tested, and whether it can be.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "campaign/campaign.h"
#include "support/exit.h"

namespace interleave::driver {

struct Program {
  std::string shown;                   // as the user typed it
  std::string path;                    // what is executed
  std::vector<std::string> arguments;  // the user's
  std::string name() const;            // "queue_test"
};

// find_program() resolves argv[0] as a shell would, and checks without running it that the file
// carries our runtime, of our version. A file whose symbols were stripped passes: it will tell by
// itself when started.
support::Result<Program> find_program(const std::vector<std::string> &command);

// How much of a program is instrumented, as far as its file says.
struct Instrumentation {
  bool is_elf = false, has_symbols = false;
  bool has_runtime = false;
  int runtime_abi = 0;          // 0: none
  bool calls_tsan_abi = false;  // refers to or holds __tsan_* functions
  struct Object {
    std::string file;
    bool has_note = false;
    std::string version, mode;  // of the note: "0.1.0", "rewritten" or "plain"
  };
  std::vector<Object> objects;  // without those of the compiler and of our runtime
  std::size_t with_note() const;
};
Instrumentation instrumentation_of(const std::string &path);

}  // namespace interleave::driver
