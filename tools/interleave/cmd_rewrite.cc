// interleave rewrite: hands over to the helper that is built with clang's libraries.
// SPDX-License-Identifier: Apache-2.0
//
// A program of its own, so that `interleave` needs no clang to start, and a machine without it can
// still run and replay.
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "options.h"

namespace interleave::cli {
namespace {

std::string folder_of_this_program() {
  char path[4096];
  ssize_t length = readlink("/proc/self/exe", path, sizeof path);
  std::string self(path, length > 0 ? static_cast<std::size_t>(length) : 0);
  return self.substr(0, self.rfind('/'));
}

}  // namespace

int cmd_rewrite(const Options &options) {
  using support::Exit;
  if (options.words.empty())
    return complain(
        {"no file to rewrite", "interleave rewrite FILE [--diff] [-p BUILD_DIR]", static_cast<int>(Exit::usage)});
  std::vector<std::string> command{""};
  if (!options.build_dir.empty()) command.insert(command.end(), {"-p", options.build_dir});
  if (options.is_diff) command.push_back("--diff");
  command.insert(command.end(), options.words.begin(), options.words.end());
  if (options.has_separator) command.push_back("--");
  command.insert(command.end(), options.program.begin(), options.program.end());
  std::string folder = folder_of_this_program();
  for (const char *place : {"/interleave-rewrite", "/../lib/interleave/interleave-rewrite",
                            "/../instrument/interleave-rewrite"}) {
    command[0] = folder + place;
    std::vector<char *> argv;
    for (std::string &word : command) argv.push_back(word.data());
    argv.push_back(nullptr);
    execv(argv[0], argv.data());
    if (errno != ENOENT)
      return complain({fmt::format("cannot run {}: {}", command[0], std::strerror(errno)), "",
                       static_cast<int>(Exit::internal)});
  }
  return complain({"the helper interleave-rewrite is not installed",
                   "it is built with the compiler plugin; see interleave doctor",
                   static_cast<int>(Exit::untestable)});
}

}  // namespace interleave::cli
