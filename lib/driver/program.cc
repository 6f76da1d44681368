// Whether a program can be tested.
// SPDX-License-Identifier: Apache-2.0
#include "driver/program.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "support/elf.h"
#include "support/fs.h"

namespace interleave::driver {
namespace {

using support::Exit;

constexpr std::string_view kAbiSymbol = "interleave_abi_";
constexpr std::string_view kNoteSection = ".note.interleave";

// The fields of a note's description, separated by NULs: "interleave abi 1", version, main file,
// mode.
Instrumentation::Object object_of_note(const std::string &description) {
  std::vector<std::string> fields;
  for (std::size_t at = 0; at < description.size();) {
    std::size_t end = std::min(description.find('\0', at), description.size());
    fields.push_back(description.substr(at, end - at));
    at = end + 1;
  }
  fields.resize(std::max<std::size_t>(fields.size(), 4));
  return {fields[2], true, fields[1], fields[3]};
}

std::string base_name(const std::string &path) { return path.substr(path.rfind('/') + 1); }

// Files that every program has: start-up code of the C library and the compiler.
bool is_of_toolchain(const std::string &file) {
  return file.starts_with("crt") || file.ends_with(".o") || file.ends_with(".S") ||
         file == "init.c" || file.starts_with("elf-init") || file.starts_with("<");
}

}  // namespace

std::string Program::name() const { return base_name(path); }

std::size_t Instrumentation::with_note() const {
  return static_cast<std::size_t>(
      std::count_if(objects.begin(), objects.end(), [](const Object &o) { return o.has_note; }));
}

Instrumentation instrumentation_of(const std::string &path) {
  Instrumentation result;
  std::optional<support::ElfFile> file = support::ElfFile::open(path);
  if (!file) return result;
  result.is_elf = true;
  result.has_symbols = file->has_symbol_table();
  file->for_each_symbol([&](const support::ElfFile::Symbol &symbol) {
    if (symbol.name.starts_with("__tsan_")) result.calls_tsan_abi = true;
    if (!symbol.is_defined || !symbol.name.starts_with(kAbiSymbol)) return;
    result.has_runtime = true;
    result.runtime_abi = std::atoi(std::string(symbol.name.substr(kAbiSymbol.size())).c_str());
  });
  std::set<std::string> seen;
  for (const support::ElfFile::Note &note : file->notes(kNoteSection)) {
    Instrumentation::Object object = object_of_note(note.description);
    if (!seen.insert(base_name(object.file)).second) continue;
    result.objects.push_back(std::move(object));
  }
  for (const std::string &source : file->source_files())
    if (!is_of_toolchain(base_name(source)) && seen.insert(base_name(source)).second)
      result.objects.push_back({source, false, "", ""});
  return result;
}

support::Result<Program> find_program(const std::vector<std::string> &command) {
  auto path = support::find_program(command.front());
  if (!path) return support::error(Exit::untestable, path.error().message, path.error().hint);
  Program program{command.front(), *path, {command.begin() + 1, command.end()}};
  Instrumentation found = instrumentation_of(*path);
  if (!found.is_elf)
    return support::error(
        Exit::untestable,
        fmt::format("{} is not a program that can be tested (no 64-bit ELF file)", program.shown),
        "is it a script? name the compiled test program instead");
  if (found.has_runtime && found.runtime_abi != static_cast<int>(campaign::kAbi))
    return support::error(Exit::untestable,
                          fmt::format("{} was linked with an Interleave runtime of another version "
                                      "(its interface is {}, ours is {})",
                                      program.shown, found.runtime_abi, campaign::kAbi),
                          "build it again with this version's plugin and runtime");
  if (!found.has_runtime && found.has_symbols)
    return support::error(
        Exit::untestable,
        fmt::format("{} has no {}, so no schedule can be controlled.\n  {} of {} object files "
                    "carry the interleave note "
                    "(interleave doctor -- {} lists them)",
                    program.shown, found.with_note() ? "Interleave runtime" : "instrumented code",
                    found.with_note(), found.objects.size(), program.shown),
        fmt::format("add interleave_instrument({}) in CMake, or build with CXX=interleave-c++",
                    program.name()));
  return program;
}

}  // namespace interleave::driver
