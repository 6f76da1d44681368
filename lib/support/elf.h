// What an ELF file says without running it: its symbols, its notes, the files it was compiled from.
// SPDX-License-Identifier: Apache-2.0
//
// A small reader of 64-bit little-endian files (all platforms of the support matrix), so that
// `interleave` can refuse a program that is not instrumented before starting it, and `doctor` can
// name the guilty objects. Damaged files are read as far as their headers make sense; no offset is
// trusted.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace interleave::support {

class ElfFile {
 public:
  // open() returns nothing when the file cannot be read or is not such a file (a script, another
  // class).
  static std::optional<ElfFile> open(const std::string &path);

  struct Symbol {
    std::string_view name;
    bool is_defined;
    int type;  // STT_*
  };
  // for_each_symbol() visits the symbol tables, the full one and the dynamic one.
  void for_each_symbol(const std::function<void(const Symbol &)> &visit) const;
  // has_symbol_table() is false for a stripped file: only dynamic symbols are left then.
  bool has_symbol_table() const;
  // source_files() are the names of the compiled files, as linkers keep them (STT_FILE).
  std::vector<std::string> source_files() const;

  struct Note {
    std::string name;  // owner
    std::uint32_t type;
    std::string description;
  };
  std::vector<Note> notes(std::string_view section) const;

 private:
  struct Section {
    std::string_view name;
    std::uint32_t type, link;
    std::string_view bytes;
  };
  bool read_sections();

  std::string bytes_;
  std::vector<Section> sections_;
};

}  // namespace interleave::support
