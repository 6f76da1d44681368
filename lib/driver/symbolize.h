// Symbolizer: from addresses in a file to functions, source lines and variables.
// SPDX-License-Identifier: Apache-2.0
//
// LLVM's symbolizer library does the reading of DWARF; this is the only place of the driver that
// knows LLVM. Addresses are those in the file (load bias taken off). Names of global variables go
// down to the element: forks[1], account.balance.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "report/finding.h"

namespace interleave::driver {

class Symbolizer {
 public:
  Symbolizer();
  ~Symbolizer();

  // code() returns the functions at an instruction, inlined ones first. Empty when the file tells
  // nothing.
  std::vector<report::Frame> code(const std::string &module, std::uint64_t address);

  struct Variable {
    std::string name;           // with element: "forks[1]"
    std::uint64_t begin, size;  // of the whole variable
    report::Location declared;
  };
  // variable() returns the global or static variable that holds an address.
  std::optional<Variable> variable(const std::string &module, std::uint64_t address);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// readable() shortens a demangled name to what people say: "Queue::pop()", "lambda in main",
// without return types, default template arguments and the inline namespaces of the library.
std::string readable(std::string function);

// is_foldable() tells frames nobody wants to see by default: of the standard library, the system,
// test frameworks, ours.
bool is_foldable(const std::string &function, const std::string &file, const std::string &module);

// source_line() is the text of a line without indentation; empty when the file cannot be read.
// Files are kept in memory.
std::string source_line(const std::string &file, unsigned line);

}  // namespace interleave::driver
