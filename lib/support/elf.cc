// What an ELF file says without running it.
// SPDX-License-Identifier: Apache-2.0
#include "support/elf.h"

#include <elf.h>

#include <cstring>

#include "support/fs.h"

namespace interleave::support {
namespace {

// A part of the file; empty when it does not lie in it.
std::string_view part(const std::string &bytes, std::uint64_t offset, std::uint64_t size) {
  if (offset > bytes.size() || size > bytes.size() - offset) return {};
  return std::string_view(bytes).substr(offset, size);
}

template <class T>
bool read_at(std::string_view bytes, std::uint64_t offset, T *value) {
  if (offset > bytes.size() || sizeof(T) > bytes.size() - offset) return false;
  std::memcpy(value, bytes.data() + offset, sizeof(T));
  return true;
}

// A string of a string table; up to its NUL or the table's end.
std::string_view name_at(std::string_view table, std::uint64_t offset) {
  if (offset >= table.size()) return {};
  std::string_view rest = table.substr(offset);
  return rest.substr(0, rest.find('\0'));
}

}  // namespace

std::optional<ElfFile> ElfFile::open(const std::string &path) {
  std::optional<std::string> bytes = read_file(path);
  if (!bytes || bytes->compare(0, SELFMAG, ELFMAG) != 0) return std::nullopt;
  ElfFile file;
  file.bytes_ = std::move(*bytes);
  if (!file.read_sections()) return std::nullopt;
  return std::optional<ElfFile>(std::move(file));
}

bool ElfFile::read_sections() {
  Elf64_Ehdr header;
  if (!read_at(std::string_view(bytes_), 0, &header)) return false;
  if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != ELFDATA2LSB)
    return false;
  std::vector<Elf64_Shdr> headers;
  for (unsigned i = 0; i < header.e_shnum; i++) {
    Elf64_Shdr section;
    if (!read_at(std::string_view(bytes_), header.e_shoff + i * sizeof section, &section)) break;
    headers.push_back(section);
  }
  std::string_view names;
  if (header.e_shstrndx < headers.size()) {
    const Elf64_Shdr &table = headers[header.e_shstrndx];
    names = part(bytes_, table.sh_offset, table.sh_size);
  }
  for (const Elf64_Shdr &s : headers) {
    std::string_view bytes = s.sh_type == SHT_NOBITS ? "" : part(bytes_, s.sh_offset, s.sh_size);
    sections_.push_back({name_at(names, s.sh_name), s.sh_type, s.sh_link, bytes});
  }
  return true;
}

void ElfFile::for_each_symbol(const std::function<void(const Symbol &)> &visit) const {
  for (const Section &section : sections_) {
    if (section.type != SHT_SYMTAB && section.type != SHT_DYNSYM) continue;
    if (section.link >= sections_.size()) continue;
    std::string_view names = sections_[section.link].bytes;
    Elf64_Sym symbol;
    for (std::uint64_t at = 0; read_at(section.bytes, at, &symbol); at += sizeof symbol)
      visit({name_at(names, symbol.st_name), symbol.st_shndx != SHN_UNDEF,
             ELF64_ST_TYPE(symbol.st_info)});
  }
}

bool ElfFile::has_symbol_table() const {
  for (const Section &section : sections_)
    if (section.type == SHT_SYMTAB) return true;
  return false;
}

std::vector<std::string> ElfFile::source_files() const {
  std::vector<std::string> files;
  for_each_symbol([&](const Symbol &symbol) {
    if (symbol.type == STT_FILE && !symbol.name.empty()) files.emplace_back(symbol.name);
  });
  return files;
}

std::vector<ElfFile::Note> ElfFile::notes(std::string_view wanted) const {
  std::vector<Note> notes;
  for (const Section &section : sections_) {
    if (section.name != wanted) continue;
    std::uint64_t at = 0;
    Elf64_Nhdr header;
    while (read_at(section.bytes, at, &header)) {
      auto padded = [](std::uint64_t size) { return (size + 3) & ~std::uint64_t{3}; };
      std::uint64_t name = at + sizeof header, description = name + padded(header.n_namesz);
      if (description > section.bytes.size() ||
          header.n_descsz > section.bytes.size() - description)
        break;
      notes.push_back({std::string(name_at(section.bytes.substr(0, description), name)),
                       header.n_type,
                       std::string(section.bytes.substr(description, header.n_descsz))});
      at = description + padded(header.n_descsz);
    }
  }
  return notes;
}

}  // namespace interleave::support
