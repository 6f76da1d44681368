// Files and folders of the driver: whole-file reads, atomic writes, names that are safe as file
// names. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "support/exit.h"

namespace interleave::support {

// read_file() returns the whole text, or nothing when the file cannot be read.
std::optional<std::string> read_file(const std::string &path);

// write_file() replaces the file as a whole: readers see the old text or the new one, also after a
// crash.
Result<void> write_file(const std::string &path, std::string_view text);

// make_folder() makes it with all its parents.
Result<void> make_folder(const std::string &path);

// empty_folder() removes everything in the folder but what is called `kept`, not the folder.
void empty_folder(const std::string &path, const std::string &kept = "");

// file_name_for() turns any text (a test's name) into a file name: other characters than letters,
// digits and "._-" become '_', and a name that had to change or is long carries a hash of the
// original, so that two never collide.
std::string file_name_for(std::string_view text);

// relative_to_here() shortens an absolute path to one relative to the working directory, unless
// that needs "..".
std::string relative_to_here(const std::string &path);

// find_program() resolves a command as execvp would. Errors say what is wrong with it (exit status
// 3).
Result<std::string> find_program(const std::string &command);

// shell_quote() makes a word safe to paste into a shell, with quotes only when needed.
std::string shell_quote(std::string_view word);

// fnv() is the 64-bit FNV-1a hash, for names and fingerprints.
std::uint64_t fnv(std::string_view text);

}  // namespace interleave::support
