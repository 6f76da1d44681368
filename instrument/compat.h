// Everything that differs between LLVM versions, in one place.
// SPDX-License-Identifier: Apache-2.0
//
// Why it exists: the plugin is built once per LLVM major version (14 to 22 are the goal, 19 is the
// reference). The rest of instrument/ calls these functions and names no version.
// What it does not do: the branches for versions other than 19 follow LLVM's release notes and headers;
// they are only as good as the last build against that version.
#pragma once

#include <memory>
#include <string>

#include "clang/AST/TypeLoc.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/TextDiagnosticPrinter.h"
#include "clang/Lex/PreprocessorOptions.h"
#include "llvm/Support/MemoryBuffer.h"

namespace interleave::instrument::compat {

/// The name under which a file was opened, or an empty string for a buffer without a file.
inline std::string file_name(const clang::SourceManager &sources, clang::FileID id) {
#if LLVM_VERSION_MAJOR >= 17
  if (auto file = sources.getFileEntryRefForID(id)) return file->getName().str();
#else
  if (const auto *file = sources.getFileEntryForID(id)) return file->getName().str();
#endif
  return {};
}

/// The type a nested-name-specifier's last component names; null if it is not a type.
inline clang::TypeLoc type_of(clang::NestedNameSpecifierLoc name) {
#if LLVM_VERSION_MAJOR >= 22
  return name.getAsTypeLoc();
#else
  if (!name.getNestedNameSpecifier()->getAsType()) return {};
  return name.getTypeLoc();
#endif
}

/// Where the components before the last one begin; invalid if there are none.
inline clang::SourceLocation prefix_begin(clang::NestedNameSpecifierLoc name) {
#if LLVM_VERSION_MAJOR >= 22
  if (auto type = name.getAsTypeLoc())
    if (auto prefix = type.getPrefix()) return prefix.getBeginLoc();
  return {};
#else
  if (auto prefix = name.getPrefix()) return prefix.getBeginLoc();
  return {};
#endif
}

/// Gives a compiler instance diagnostics of its own, as its invocation asks for them.
inline void create_diagnostics(clang::CompilerInstance &compiler,
                               clang::DiagnosticConsumer *consumer = nullptr) {
#if LLVM_VERSION_MAJOR >= 22
  compiler.createDiagnostics(consumer);
#elif LLVM_VERSION_MAJOR >= 20
  compiler.createDiagnostics(*llvm::vfs::getRealFileSystem(), consumer);
#else
  compiler.createDiagnostics(consumer);
#endif
}

/// A fresh compiler instance for an invocation.
inline std::unique_ptr<clang::CompilerInstance> make_compiler(
    std::shared_ptr<clang::CompilerInvocation> invocation) {
#if LLVM_VERSION_MAJOR >= 21
  return std::make_unique<clang::CompilerInstance>(std::move(invocation));
#else
  auto compiler = std::make_unique<clang::CompilerInstance>();
  compiler->setInvocation(std::move(invocation));
  return compiler;
#endif
}

/// A consumer that prints as the options say and does nothing else.
inline clang::DiagnosticConsumer *make_printer(clang::CompilerInstance &compiler) {
#if LLVM_VERSION_MAJOR >= 21
  return new clang::TextDiagnosticPrinter(llvm::errs(), compiler.getDiagnosticOpts());
#else
  return new clang::TextDiagnosticPrinter(llvm::errs(), &compiler.getDiagnosticOpts());
#endif
}

/// A copy of a buffer, remapped over a file; the preprocessor options own it.
inline void remap(clang::PreprocessorOptions &options, const std::string &path,
                  const std::string &text) {
  options.addRemappedFile(path, llvm::MemoryBuffer::getMemBufferCopy(text, path).release());
}

}  // namespace interleave::instrument::compat
